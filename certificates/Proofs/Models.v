(* P4: the non-linear model g(w^T x). *)
From mathcomp Require Import all_ssreflect all_algebra.
From Certificates Require Import Constructions Statements Proofs.RingTactic Proofs.Gradients Proofs.Layers Proofs.Losses.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.Theory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Derivative.
Variable R : realFieldType.
Add Ring R_ring : (ring_laws [comRingType of R]).

(* phi(s) = p + s D + o(s) *)
Definition expands (phi : R -> R) (p D : R) : Prop :=
  forall e, 0 < e -> exists2 r, 0 < r & forall s, `|s| < r -> `|phi s - p - s * D| <= e * `|s|.

Lemma expands_scale g z d h : is_derivative g z d -> expands (fun s => g (z + s * h)) (g z) (h * d).
Proof.
move=> dg e e0; have k0 : 0 < `|h| + 1 by rewrite ltr_paddl.
have [r r0 rP] := dg _ (divr_gt0 e0 k0); exists (r / (`|h| + 1)) => [|s]; first by rewrite divr_gt0.
have hk : `|h| <= `|h| + 1 by rewrite ler_addl.
rewrite ltr_pdivl_mulr // => sr; have : `|s * h| < r.
  by rewrite normrM; apply: le_lt_trans sr; apply: ler_wpmul2l.
move/rP; rewrite mulrA => b; apply: le_trans b _; rewrite normrM mulrCA [X in _ <= X]mulrC.
apply: ler_wpmul2l => //; rewrite mulrAC ler_pdivr_mulr //.
by apply: ler_wpmul2l => //; apply: ltW.
Qed.

Lemma square_identity (c p D rho s : R) :
  c * (p + s * D + rho) ^+ 2 - c * p ^+ 2 - s * (p * D) =
  (2%:R * c - 1) * (s * (p * D)) + 2%:R * c * (p * rho) + c * (s * D + rho) ^+ 2.
Proof. by by_ring [comRingType of R]. Qed.

Lemma expands_square phi p D : expands phi p D ->
  expands (fun s => 2%:R^-1 * phi s ^+ 2) (2%:R^-1 * p ^+ 2) (p * D).
Proof.
move=> dphi e e0; have two0 : (2%:R : R) != 0 by rewrite pnatr_eq0.
have k0 : 0 < `|p| + 1 by rewrite ltr_paddl.
have K0 : 0 < `|D| + 1 by rewrite ltr_paddl.
have h0 : 0 < e / 2%:R by rewrite divr_gt0 // ltr0n.
have m0 : 0 < Num.min 1 (e / 2%:R / (`|p| + 1)) by rewrite lt_minr ltr01 divr_gt0.
have [r r0 rP] := dphi _ m0.
exists (Num.min r (e / (`|D| + 1) ^+ 2)) => [|s].
  by rewrite lt_minr r0 divr_gt0 // exprn_gt0.
rewrite lt_minr => /andP[/rP b sK]; set rho := phi s - p - s * D in b.
have -> : 2%:R^-1 * phi s ^+ 2 - 2%:R^-1 * p ^+ 2 - s * (p * D) = p * rho + 2%:R^-1 * (s * D + rho) ^+ 2.
  have -> : phi s = p + s * D + rho by rewrite /rho; move: (phi s) => u; by_ring [comRingType of R].
  by rewrite square_identity divff // subrr mul0r add0r mul1r.
have b1 : `|rho| <= `|s| by apply: le_trans b _; rewrite ler_pimull // le_minl lexx.
have b2 : `|rho| <= e / 2%:R / (`|p| + 1) * `|s|.
  by apply: le_trans b _; rewrite ler_wpmul2r // le_minl lexx orbT.
rewrite [e]splitr mulrDl; apply: le_trans (ler_norm_add _ _) (ler_add _ _).
  rewrite normrM; apply: le_trans (ler_wpmul2l (normr_ge0 p) b2) _.
  rewrite mulrA ler_wpmul2r // mulrCA ger_pmulr // ler_pdivr_mulr // mul1r ler_addl.
  exact: ler01.
have b3 : `|s * D + rho| <= `|s| * (`|D| + 1).
  by apply: le_trans (ler_norm_add _ _) _; rewrite normrM mulrDr mulr1 ler_add2l.
rewrite normrM normrX ger0_norm ?invr_ge0 ?ler0n // mulrC -[e / _ * _]mulrA [_^-1 * `|s|]mulrC mulrA.
rewrite ler_pmul2r ?invr_gt0 ?ltr0n //; apply: le_trans (_ : (`|s| * (`|D| + 1)) ^+ 2 <= _).
  by rewrite ler_expn2r // nnegrE ?mulr_ge0 // ltW.
rewrite exprMn [`|s| ^+ 2]expr2 -mulrA mulrC ler_wpmul2r //.
by move: sK; rewrite ltr_pdivl_mulr ?exprn_gt0 // => /ltW.
Qed.
End Derivative.

Section Model.
Variables (R : realFieldType) (f N : nat) (g : R -> R) (x : nat -> 'cV[R]_f) (y : nat -> R).

Definition sample_loss (z v : 'cV[R]_1) : R := 2%:R^-1 * (g (z 0 0) - v 0 0) ^+ 2.

Lemma sample_gradient (z v : 'cV[R]_1) d : is_derivative g (z 0 0) d ->
  is_gradient (fun z => sample_loss z v) z (((g (z 0 0) - v 0 0) * d)%:M).
Proof.
move=> dg H e e0; have := expands_scale (H 0 0) dg.
have shift c : expands (fun s => g (z 0 0 + s * H 0 0)) (g (z 0 0)) (H 0 0 * d) ->
    expands (fun s => g (z 0 0 + s * H 0 0) - c) (g (z 0 0) - c) (H 0 0 * d).
  move=> E e' /E[r r0 rP]; exists r => // s /rP.
  by rewrite opprB [g _ - c + _]addrA subrK.
move/(shift (v 0 0))/expands_square => /(_ _ e0)[r r0 rP]; exists r => // s /rP.
rewrite /sample_loss !mxE /inner !big_ord1 !mxE mulr1n.
by rewrite (mulrC (H 0 0)) !mulrA.
Qed.

Lemma model_mean w : model_loss g x y N w = mean_loss sample_loss x (fun i => (y i)%:M) N w.
Proof.
rewrite /model_loss /mean_loss natrM invfM [2%:R^-1 * _]mulrC -mulrA mulr_sumr; congr (_ * _).
by apply: eq_bigr => i _; rewrite /sample_loss !mxE mulr1n.
Qed.

Lemma model_is_gradient w (d : nat -> R) : (forall i, is_derivative g ((w^T *m x i) 0 0) (d i)) ->
  is_gradient (model_loss g x y N) w
    (N%:R^-1 *: \sum_(1 <= i < N.+1) ((g ((w^T *m x i) 0 0) - y i) * d i) *: x i).
Proof.
move=> dg; have gl i : is_gradient (fun z => sample_loss z (y i)%:M) (w^T *m x i)
    (((g ((w^T *m x i) 0 0) - y i) * d i)%:M).
  by have := sample_gradient (y i)%:M (dg i); rewrite [(y i)%:M 0 0]mxE.
have := mean_is_gradient N gl; set G := _ *: _; set G' := (_ *: _) => gG.
have -> : G' = G.
  by congr (_ *: _); apply: eq_bigr => i _; rewrite tr_scalar_mx mul_mx_scalar.
by apply: is_gradient_ext gG => v; rewrite model_mean.
Qed.

Lemma model_gradient_at_0 d : is_derivative g 0 d ->
  is_gradient (model_loss g x y N) 0 (N%:R^-1 *: \sum_(1 <= i < N.+1) ((g 0 - y i) * d) *: x i).
Proof.
move=> dg; have at0 i : ((0 : 'cV[R]_f)^T *m x i) 0 0 = 0 by rewrite trmx0 mul0mx mxE.
have := @model_is_gradient 0 (fun=> d); under eq_bigr do rewrite at0; apply=> i.
by rewrite at0.
Qed.
End Model.

Theorem model_gradient_holds : model_gradient.
Proof.
move=> R f N g x y d w G dg; have gw := model_is_gradient N y dg; split=> [gG|-> //].
exact: gradient_unique gG gw.
Qed.

Theorem P4_holds : P4.
Proof.
move=> R f N x y g d eta w1 dg s1 s r u; suff E : u = w1^T *m x N.+1 by rewrite E.
rewrite /u (step_gradient (model_gradient_at_0 N x y dg) s1).
rewrite sub0r scalerA linearN linearZ /= mulNmx -scalemxAl scaleNr; congr (- (_ *: (_^T *m _))).
rewrite /s /r !total_sum !scaler_sumr -big_split /=; apply: eq_bigr => i _.
by rewrite scalerA -scalerDl addrC mulrBl mulrN (mulrC d).
Qed.

Lemma state_first (R : comUnitRingType) f N (x : nat -> 'cV[R]_f) (y : nat -> R) : (0 < N)%N ->
  last_state x (fun t => zeros_below R f 1 *m (y t)%:M) (P2_Q R) (const_mx (P2_decay R)) P2_stride N
  = zeros_below R f 1 *m (total (fun t => - y t *: x t) N)^T.
Proof.
move=> N0; rewrite last_state_stride2 // sum_decay1 total_sum linear_sum mulmx_sumr /=.
apply: eq_bigr => i _; rewrite attention_P2 mul_mx_scalar linearZ /= -scalemxAl -scalemxAr.
by rewrite scaleNr.
Qed.

Theorem P4_windows_holds : P4_windows.
Proof.
move=> R f N x y g d eta w1 N0 dg s1 first Y Z r; have [<- _] := P4_holds dg s1.
rewrite /Z /r state_first // inputs_sum_total // last_readout_stride2 // readout_query.
by rewrite !scalemxAr -mulmxDr -mulmxA -scalemxAr linearD !linearZ.
Qed.

Theorem P4_embedding_holds : P4_embedding.
Proof. by move=> R f n N phi xi y eta W L N0 x dW; exact: (P3_holds L N0 dW). Qed.

Theorem P4_refuted_holds : P4_refuted.
Proof.
move=> R f N g d f0 N0 dg g0 d0 [F FP].
have [z gz] : exists z, g z != g 0.
  have h0 : 0 < `|d| / 2%:R by rewrite divr_gt0 ?normr_gt0 ?ltr0n.
  have [r r0 /(_ (r / 2%:R))] := dg _ h0.
  have s0 : 0 < r / 2%:R by rewrite divr_gt0 ?ltr0n.
  rewrite ger0_norm ?(ltW s0) // [X in _ < X]splitr ltr_addl s0 => /(_ isT) b.
  exists (r / 2%:R); apply: contraTneq b => E; rewrite add0r E subrr sub0r normrN normrM.
  rewrite (ger0_norm (ltW s0)) mulrC ler_pmul2r // [X in X <= _]splitr ger_addl -ltNge.
  by rewrite divr_gt0 ?normr_gt0 ?ltr0n.
pose u : 'cV[R]_f := delta_mx (Ordinal f0) 0.
have state1 : F (\sum_(1 <= i < N.+1) (0 - g 0) *: (g z *: u)) = 0.
  have := FP (fun=> g z *: u) 0 _ (model_gradient_at_0 N (fun=> g z *: u) (fun i => g ((0^T *m (g z *: u)) 0 0)) dg).
  rewrite trmx0 mul0mx mxE => ->; rewrite [\sum_(_ <= _ < _) _]big1 ?scaler0 // => i _.
  by rewrite subrr mul0r scale0r.
have state2 : F (\sum_(1 <= i < N.+1) (0 - g z) *: (g 0 *: u)) = N%:R *: (((g 0 - g z) * d * g 0) *: u).
  pose w := (z / g 0) *: u.
  have wu : (w^T *m (g 0 *: u)) 0 0 = z.
    rewrite -scalemxAr /w [_^T]linearZ /= -scalemxAl scalerA trmx_delta mul_delta_mx !mxE !eqxx mulr1.
    by rewrite mulrC divfK.
  have := FP (fun=> g 0 *: u) w _ (model_gradient_at_0 N (fun=> g 0 *: u) (fun i => g ((w^T *m (g 0 *: u)) 0 0)) dg).
  rewrite wu => ->; congr (_ *: _); rewrite sumr_const_nat subn1 /= -scaler_nat !scalerA.
  by rewrite -[_ * _ * g 0]mulrA mulKf // pnatr_eq0 -lt0n.
move: state2; rewrite (eq_bigr (fun=> (0 - g 0) *: (g z *: u))) => [|i _]; last first.
  by rewrite !scalerA !sub0r !mulNr mulrC.
rewrite state1 scalerA => /esym/eqP; rewrite scaler_eq0 !mulf_eq0 pnatr_eq0 (gtn_eqF N0) /=.
rewrite subr_eq0 eq_sym (negPf gz) (negPf d0) (negPf g0) /= => /eqP/matrixP/(_ (Ordinal f0) 0).
by rewrite !mxE !eqxx => /eqP; rewrite oner_eq0.
Qed.
