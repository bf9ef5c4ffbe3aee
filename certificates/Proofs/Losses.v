(* CE and P4: losses that are means of losses of one sample. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Certificates Require Import Constructions Statements Proofs.RingTactic Proofs.Gradients Proofs.Layers.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.Theory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* Gradients of sums, multiples and means. *)
Section Calculus.
Variables (R : realFieldType) (f g : nat).
Implicit Types (F : 'M[R]_(f, g) -> R) (W G : 'M[R]_(f, g)).
Add Ring R_ring : (ring_laws [comRingType of R]).

Lemma regroup (a b c a' b' c' s : R) : a + a' - (b + b') - s * (c + c') = a - b - s * c + (a' - b' - s * c').
Proof. by by_ring [comRingType of R]. Qed.

Lemma gradient_zero W : is_gradient (fun=> 0) W 0.
Proof.
move=> H e e0; exists 1 => // s _; rewrite subrr sub0r normrN.
by rewrite inner_trace trmx0 mul0mx mxtrace0 mulr0 normr0 mulr_ge0 // ltW.
Qed.

Lemma gradient_add F F' W G G' : is_gradient F W G -> is_gradient F' W G' ->
  is_gradient (fun V => F V + F' V) W (G + G').
Proof.
move=> gF gF' H e e0; have h0 : 0 < e / 2%:R by rewrite divr_gt0 // ltr0n.
have [d d0 dP] := gF H _ h0; have [d' d'0 d'P] := gF' H _ h0.
exists (Num.min d d') => [|s]; first by rewrite lt_minr d0.
rewrite lt_minr => /andP[/dP b /d'P b']; rewrite [e]splitr mulrDl; apply: le_trans (ler_add b b').
by apply: le_trans (ler_norm_add _ _); rewrite innerDl regroup.
Qed.

Lemma gradient_scale c F W G : is_gradient F W G -> is_gradient (fun V => c * F V) W (c *: G).
Proof.
move=> gF H e e0; have k1 : 0 < `|c| + 1 by rewrite ltr_paddl.
have [d d0 dP] := gF H _ (divr_gt0 e0 k1); exists d => // s /dP b.
rewrite innerZl mulrCA -!mulrBr normrM; apply: le_trans (ler_wpmul2l (normr_ge0 c) b) _.
rewrite mulrA ler_wpmul2r // mulrCA ger_pmulr // ler_pdivr_mulr // mul1r ler_addl //.
Qed.

Lemma gradient_sum I (r : seq I) (F : I -> 'M[R]_(f, g) -> R) (G : I -> 'M[R]_(f, g)) W :
  (forall i, is_gradient (F i) W (G i)) ->
  is_gradient (fun V => \sum_(i <- r) F i V) W (\sum_(i <- r) G i).
Proof.
move=> gF; elim: r => [|i r IHr].
  rewrite big_nil; apply: is_gradient_ext (gradient_zero W) => V.
  by rewrite big_nil.
rewrite big_cons; apply: is_gradient_ext (gradient_add (gF i) IHr) => V.
by rewrite big_cons.
Qed.
End Calculus.

Section Means.
Variables (R : realFieldType) (f g N : nat) (l : 'cV[R]_g -> 'cV[R]_g -> R).
Variables (x : nat -> 'cV[R]_f) (y : nat -> 'cV[R]_g).

(* l(W^T u, v) as a function of W *)
Lemma gradient_sample W u v G :
  is_gradient (fun z => l z v) (W^T *m u) G -> is_gradient (fun V : 'M[R]_(f, g) => l (V^T *m u) v) W (u *m G^T).
Proof.
move=> gl H e /(gl (H^T *m u))[d d0 dP]; exists d => // s /dP.
by rewrite linearD linearZ /= mulmxDl -scalemxAl inner_outer.
Qed.

Lemma mean_is_gradient W (G : nat -> 'cV[R]_g) :
  (forall i, is_gradient (fun z => l z (y i)) (W^T *m x i) (G i)) ->
  is_gradient (mean_loss l x y N) W (N%:R^-1 *: \sum_(1 <= i < N.+1) x i *m (G i)^T).
Proof. by move=> gl; apply/gradient_scale/gradient_sum => i; apply: gradient_sample. Qed.
End Means.

Theorem mean_gradient_holds : mean_gradient.
Proof.
move=> R f K N l x y W G D gl; have g := mean_is_gradient N gl; split=> [gD|-> //].
exact: gradient_unique gD g.
Qed.

Section Sums.
Variable R : comUnitRingType.

Lemma products_sum f g (x : nat -> 'cV[R]_f) (y : nat -> 'cV[R]_g) t :
  products x y t = \sum_(1 <= i < t.+1) y i *m (x i)^T.
Proof.
by elim: t => [|t IHt]; [rewrite big_geq | rewrite big_nat_recr //= IHt].
Qed.

Lemma total_sum f (x : nat -> 'cV[R]_f) t : total x t = \sum_(1 <= i < t.+1) x i.
Proof.
by elim: t => [|t IHt]; [rewrite big_geq | rewrite big_nat_recr //= IHt].
Qed.
End Sums.

Theorem CE_holds : CE.
Proof.
move=> R f K N x y eta l a T W1 gl s1.
have g0 i : is_gradient (fun z => l z (y i)) ((0 : 'M_(f, K))^T *m x i) (a - T *m y i).
  by rewrite trmx0 mul0mx; apply: gl.
rewrite (step_gradient (mean_is_gradient N g0) s1) sub0r scalerA linearN linearZ /=.
rewrite mulNmx -scalemxAl scaleNr; congr (- (_ *: (_ *m _))).
rewrite products_sum total_sum [RHS]linear_sum /= [(\sum_(1 <= i < N.+1) x i)^T]linear_sum /= !mulmx_sumr -sumrB.
apply: eq_bigr => i _; by rewrite trmx_mul trmxK mulmxBl mulmxA.
Qed.

Theorem CE_one_head_holds : CE_one_head.
Proof.
move=> R f K N x y eta l a T W1 gl s1; rewrite -(CE_holds gl s1) scaleNr -scalerN -(mulNmx _ (x N.+1)).
congr (_ *: (_ *m _)); rewrite !products_sum total_sum opprB [(\sum_(1 <= i < N.+1) x i)^T]linear_sum /=.
rewrite !mulmx_sumr -sumrB; apply: eq_bigr => i _.
by rewrite mulmxA mul_row_col mulmx1 mulmxBl mulmxA.
Qed.

Lemma inputs_sum_total (R : comUnitRingType) f N (x y : nat -> 'cV[R]_f) : (0 < N)%N ->
  inputs_sum x y 2 N = total x N.
Proof.
move=> N0; rewrite /inputs_sum windows_stride2 // {N0}; elim: N => //= N ->.
by rewrite window_stride2 -colE three_col.
Qed.

Theorem CE_windows_holds : CE_windows.
Proof.
move=> R f N x y eta l a T W1 N0 gl s1 Z r; rewrite /Z /r inputs_sum_total // -(CE_holds gl s1).
have [-> _] := P3_states x y N0; rewrite products_sum last_readout_stride2 //.
by rewrite readout_query.
Qed.

(* The slopes of losses of one sample *)
Section Slopes.
Variables (R : realFieldType) (K : nat).
Implicit Types (y z alpha : 'cV[R]_K) (A : 'cV[R]_K -> R).

Lemma squared_slope y z : is_gradient (fun z' => 2%:R^-1 * sqnorm (z' - y)) z (z - y).
Proof.
apply: (@quadratic_gradient _ _ _ _ _ _ (fun H => 2%:R^-1 * sqnorm H)) => [H|s H].
  rewrite addrAC !sqnorm_inner inner_square !mulrDr; congr (_ + _ + _).
  by rewrite mulrA mulVf ?mul1r // pnatr_eq0.
by rewrite !sqnorm_inner innerZl innerZr [s * (s * _)]mulrA -expr2 mulrCA.
Qed.

Lemma linear_slope y z : is_gradient (fun z' => (y^T *m z') 0 0) z y.
Proof.
apply: (@quadratic_gradient _ _ _ _ _ _ (fun=> 0)) => [H|s H]; last by rewrite mulr0.
rewrite mulmxDr [LHS]mxE addr0 inner_trace.
by rewrite /mxtrace big_ord1.
Qed.

Lemma difference_slope A alpha y z c : is_gradient A z alpha ->
  is_gradient (fun z' => c * A z' - (y^T *m z') 0 0) z (c *: alpha - y).
Proof.
move=> gA; rewrite -[- y]scaleN1r; apply: is_gradient_ext (gradient_add (gradient_scale c gA)
  (gradient_scale (-1) (linear_slope y z))) => z'.
by rewrite mulN1r.
Qed.
End Slopes.

Theorem CE_slopes_holds : CE_slopes.
Proof.
split=> [|R K A alpha y z gA]; first exact: squared_slope.
split; last exact: difference_slope.
rewrite -[alpha]scale1r; apply: is_gradient_ext (difference_slope y 1 gA) => z'.
by rewrite mul1r.
Qed.

Theorem CE_examples_holds : CE_examples.
Proof.
split=> [R K y|R K A alpha y gA y1]; rewrite mul1mx; first exact: squared_slope.
by have := difference_slope y 1 gA; rewrite scale1r -{1}y1.
Qed.

Theorem CE_cross_entropy_holds : CE_cross_entropy.
Proof.
move=> R f K N x y eta A alpha W1 gA s1; pose T : 'M[R]_K := 1%:M - alpha *m (const_mx 1)^T.
have gl i : is_gradient (fun z => (\sum_k y i k 0) * A z - ((y i)^T *m z) 0 0) 0 (0 - T *m y i).
  have -> : 0 - T *m y i = (\sum_k y i k 0) *: alpha - y i; last exact: difference_slope.
  rewrite sub0r /T mulmxBl mul1mx opprB -mulmxA [_ *m y i]mx11_scalar mul_mx_scalar.
  rewrite mxE; congr (_ *: _ - _).
  by apply: eq_bigr => k _; rewrite !mxE mul1r.
rewrite -(CE_holds gl s1) mul0mx sub0r mulNmx scaleNr scalerN opprK.
by [].
Qed.
