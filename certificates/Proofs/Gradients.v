(* Gradients: of least squares, with weights and a penalty, by the exact expansion; and that there is only one. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Certificates Require Import Constructions Statements Proofs.RingTactic.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.Theory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Inner.
Variable R : comUnitRingType.

Lemma inner_trace m n (A B : 'M[R]_(m, n)) : inner A B = \tr (A^T *m B).
Proof.
rewrite /mxtrace /inner exchange_big; apply: eq_bigr => j _.
by rewrite mxE; apply: eq_bigr => i _; rewrite mxE.
Qed.

Lemma innerZr m n c (A B : 'M[R]_(m, n)) : inner A (c *: B) = c * inner A B.
Proof. by rewrite !inner_trace -scalemxAr linearZ. Qed.

Lemma innerZl m n c (A B : 'M[R]_(m, n)) : inner (c *: A) B = c * inner A B.
Proof. by rewrite !inner_trace linearZ -scalemxAl linearZ. Qed.

Lemma innerDl m n (A B C : 'M[R]_(m, n)) : inner (A + B) C = inner A C + inner B C.
Proof. by rewrite !inner_trace linearD mulmxDl linearD. Qed.

Lemma innerBl m n (A B C : 'M[R]_(m, n)) : inner (A - B) C = inner A C - inner B C.
Proof. by rewrite !inner_trace linearB mulmxBl linearB. Qed.

Lemma innerDr m n (A B C : 'M[R]_(m, n)) : inner A (B + C) = inner A B + inner A C.
Proof. by rewrite !inner_trace mulmxDr linearD. Qed.

Lemma innerC m n (A B : 'M[R]_(m, n)) : inner A B = inner B A.
Proof. by apply: eq_bigr => i _; apply: eq_bigr => j _; rewrite mulrC. Qed.

Lemma inner_suml m n I (r : seq I) (F : I -> 'M[R]_(m, n)) B :
  inner (\sum_(i <- r) F i) B = \sum_(i <- r) inner (F i) B.
Proof.
rewrite inner_trace linear_sum /= mulmx_suml raddf_sum; apply: eq_bigr => i _.
by rewrite inner_trace.
Qed.

Lemma inner_outer m n (u : 'cV[R]_m) (r : 'cV[R]_n) H : inner (u *m r^T) H = inner r (H^T *m u).
Proof. by rewrite !inner_trace trmx_mul trmxK -mulmxA mxtrace_mulC -[RHS]mxtrace_tr !trmx_mul !trmxK. Qed.

Lemma sqnorm_inner n (v : 'cV[R]_n) : sqnorm v = inner v v.
Proof. by apply: eq_bigr => i _; rewrite big_ord1 expr2. Qed.

Lemma sqsum_inner m n (A : 'M[R]_(m, n)) : \sum_i \sum_j A i j ^+ 2 = inner A A.
Proof. by apply: eq_bigr => i _; apply: eq_bigr => j _; rewrite expr2. Qed.

Lemma inner_square m n (A B : 'M[R]_(m, n)) :
  inner (A + B) (A + B) = inner A A + 2%:R * inner A B + inner B B.
Proof. by rewrite innerDl !innerDr (innerC B A) -!addrA mulr_natl mulr2n -!addrA. Qed.

End Inner.

(* Least squares with weights c_i and a penalty. *)
Section LeastSquares.
Variables (R : comUnitRingType) (f g : nat) (x : nat -> 'cV[R]_f) (y : nat -> 'cV[R]_g).
Variables (r : seq nat) (c : nat -> R) (h lambda : R).
Add Ring R_ring : (ring_laws R).

Definition squares (W : 'M[R]_(f, g)) : R :=
  h * (\sum_(i <- r) c i * sqnorm (W^T *m x i - y i)) + lambda * inner W W.
Definition squares_gradient (W : 'M[R]_(f, g)) : 'M[R]_(f, g) :=
  (2%:R * h) *: (\sum_(i <- r) c i *: (x i *m (W^T *m x i - y i)^T)) + (2%:R * lambda) *: W.
Definition squares_rest (H : 'M[R]_(f, g)) : R :=
  h * (\sum_(i <- r) c i * sqnorm (H^T *m x i)) + lambda * inner H H.

Lemma squares_expansion W H :
  squares (W + H) = squares W + inner (squares_gradient W) H + squares_rest H.
Proof.
rewrite /squares /squares_gradient /squares_rest inner_square innerDl !innerZl inner_suml.
set s0 := \sum_(i <- r) c i * sqnorm (W^T *m x i - y i).
set s1 := \sum_(i <- r) inner _ _; set s2 := \sum_(i <- r) c i * sqnorm (H^T *m x i).
have -> : \sum_(i <- r) c i * sqnorm ((W + H)^T *m x i - y i) = s0 + 2%:R * s1 + s2.
  rewrite mulr_sumr -!big_split; apply: eq_bigr => i _ /=.
  rewrite linearD /= mulmxDl addrAC !sqnorm_inner inner_square innerZl inner_outer.
  by rewrite !mulrDr mulrCA.
by_ring R.
Qed.

Lemma squares_restZ s H : squares_rest (s *: H) = s ^+ 2 * squares_rest H.
Proof.
rewrite /squares_rest innerZl innerZr mulrDr [s * (s * _)]mulrA -expr2 mulrCA; congr (_ + _).
rewrite mulrCA; congr (_ * _); rewrite mulr_sumr; apply: eq_bigr => i _.
by rewrite linearZ -scalemxAl !sqnorm_inner innerZl innerZr [s * (s * _)]mulrA -expr2 mulrCA.
Qed.

End LeastSquares.

Section RealGradients.
Variables (R : realFieldType) (f g : nat).
Implicit Types (F : 'M[R]_(f, g) -> R) (W G H : 'M[R]_(f, g)).

Lemma remainder (a b r : R) : a + b + r - a - b = r.
Proof. by rewrite -addrA -opprD addrC addKr. Qed.

Lemma quadratic_gradient F W G (rest : 'M[R]_(f, g) -> R) :
  (forall H, F (W + H) = F W + inner G H + rest H) ->
  (forall s H, rest (s *: H) = s ^+ 2 * rest H) -> is_gradient F W G.
Proof.
move=> FE restE H e e0; set k := rest H.
have k1 : 0 < `|k| + 1 by rewrite ltr_paddl.
exists (e / (`|k| + 1)) => [|s sd]; first by rewrite divr_gt0.
rewrite FE restE innerZr -/k remainder.
rewrite normrM normrX expr2 -mulrA mulrC.
apply: ler_wpmul2r => //; move: sd; rewrite ltr_pdivl_mulr // => /ltW.
by apply: le_trans; rewrite mulrDr mulr1 ler_addl.
Qed.

Lemma same_direction F W G G' H :
  is_gradient F W G -> is_gradient F W G' -> inner (G - G') H = 0.
Proof.
move=> gG gG'; apply/eqP; apply: contraT => nz.
set m := `|inner (G - G') H|; have m0 : 0 < m by rewrite normr_gt0.
have h0 : 0 < m / 2%:R by rewrite divr_gt0 // ltr0n.
have e0 : 0 < m / 2%:R / 2%:R by rewrite divr_gt0 // ltr0n.
have [d dp bG] := gG H _ e0; have [d' d'p bG'] := gG' H _ e0.
have mp : 0 < Num.min d d' by rewrite lt_minr dp d'p.
set s := Num.min d d' / 2%:R.
have s0 : 0 < s by rewrite divr_gt0 // ltr0n.
have sm : `|s| < Num.min d d' by rewrite gtr0_norm // [X in _ < X]splitr ltr_addl.
move: sm; rewrite lt_minr => /andP[/bG b1 /bG' b2].
have : `|s * inner (G - G') H| <= (m / 2%:R) * `|s|.
  rewrite [m / _]splitr mulrDl; apply: le_trans (ler_add b2 b1).
  apply: le_trans (ler_norm_sub _ _).
  by rewrite innerBl mulrBr opprB [X in _ <= `|X|]addrC addrA subrK.
rewrite normrM mulrC ler_pmul2r ?normr_gt0 ?gt_eqF // -/m.
by rewrite [X in X <= _]splitr ger_addl leNgt h0.
Qed.

Theorem gradient_unique F W G G' : is_gradient F W G -> is_gradient F W G' -> G = G'.
Proof.
move=> gG gG'; apply/eqP; rewrite -subr_eq0; set D := G - _; apply/eqP.
have D0 : inner D D = 0 by apply: same_direction gG gG'.
apply/matrixP => i j; rewrite [RHS]mxE; apply/eqP; rewrite -sqrf_eq0 expr2.
have sq (a : R) : 0 <= a * a by rewrite -expr2 sqr_ge0.
have row0 := psumr_eq0P (fun i _ => sumr_ge0 _ (fun j _ => sq (D i j))) D0 (i := i) isT.
by rewrite (psumr_eq0P (fun j _ => sq (D i j)) row0 (i := j) isT).
Qed.

Lemma step_gradient F eta W W1 G : is_gradient F W G -> step F eta W W1 -> W1 = W - eta *: G.
Proof. by move=> gG [G' gG' ->]; rewrite (gradient_unique gG gG'). Qed.

Lemma squares_is_gradient (x : nat -> 'cV[R]_f) (y : nat -> 'cV[R]_g) r c h lambda W :
  is_gradient (squares x y r c h lambda) W (squares_gradient x y r c h lambda W).
Proof.
exact: quadratic_gradient (squares_expansion x y r c h lambda W) (squares_restZ x r c h lambda).
Qed.

Lemma is_gradient_ext F F' W G : F =1 F' -> is_gradient F W G -> is_gradient F' W G.
Proof. by move=> FF' gF H e /(gF H)[d d0 dP]; exists d => // s /dP; rewrite !FF'. Qed.

End RealGradients.

(* The paper's losses are of this form. *)
Section PaperLoss.
Variables (R : comUnitRingType) (f g N : nat) (x : nat -> 'cV[R]_f) (y : nat -> 'cV[R]_g) (lambda : R).

Lemma penalised_squares W :
  penalised_loss x y N lambda W = squares x y (index_iota 1 N.+1) (fun=> 1) (2 * N)%:R^-1 lambda W.
Proof.
rewrite /penalised_loss /loss /squares sqsum_inner; congr (_ * _ + _).
by apply: eq_bigr => i _; rewrite mul1r.
Qed.

Lemma loss_penalised W : loss x y N W = penalised_loss x y N 0 W.
Proof. by rewrite /penalised_loss mul0r addr0. Qed.

Definition gradient (W : 'M[R]_(f, g)) : 'M[R]_(f, g) :=
  N%:R^-1 *: (\sum_(1 <= i < N.+1) x i *m (W^T *m x i - y i)^T) + (2%:R * lambda) *: W.

Lemma gradient_squares W : 2%:R * (2 * N)%:R^-1 = N%:R^-1 :> R ->
  squares_gradient x y (index_iota 1 N.+1) (fun=> 1) (2 * N)%:R^-1 lambda W = gradient W.
Proof.
move=> half; rewrite /squares_gradient /gradient half; congr (_ *: _ + _).
by apply: eq_bigr => i _; rewrite scale1r.
Qed.

End PaperLoss.

Lemma half_unit (R : comUnitRingType) N : (2 * N)%:R \is a @GRing.unit R ->
  2%:R * (2 * N)%:R^-1 = N%:R^-1 :> R.
Proof.
rewrite natrM unitrM => /andP[u2 uN]; rewrite invrM // mulrCA divrr //.
by rewrite mulr1.
Qed.

Lemma half_real (R : realFieldType) N : 2%:R * (2 * N)%:R^-1 = N%:R^-1 :> R.
Proof. by rewrite natrM invfM mulrA divff ?mul1r // pnatr_eq0. Qed.

Theorem loss_expansion_holds : loss_expansion.
Proof.
move=> R f g N x y lambda W H uN G; rewrite !penalised_squares squares_expansion.
rewrite gradient_squares ?half_unit // /squares_rest -sqsum_inner.
by congr (_ + (_ * _ + _)); apply: eq_bigr => i _; rewrite mul1r.
Qed.

Section Penalised.
Variables (R : realFieldType) (f g N : nat) (x : nat -> 'cV[R]_f) (y : nat -> 'cV[R]_g) (lambda : R).

Lemma penalised_is_gradient W : is_gradient (penalised_loss x y N lambda) W (gradient N x y lambda W).
Proof.
rewrite -gradient_squares ?half_real //.
by apply: is_gradient_ext (squares_is_gradient _ _ _ _ _ _ W) => V; rewrite penalised_squares.
Qed.

Lemma loss_is_gradient W : is_gradient (loss x y N) W (gradient N x y 0 W).
Proof.
apply: is_gradient_ext (_ : is_gradient (penalised_loss x y N 0) W _) => [V|].
  by rewrite loss_penalised.
rewrite -gradient_squares ?half_real //.
by apply: is_gradient_ext (squares_is_gradient _ _ _ _ _ _ W) => V; rewrite penalised_squares.
Qed.

End Penalised.

Theorem penalised_gradient_holds : penalised_gradient.
Proof.
move=> R f g N x y lambda W G; split=> [gG|->]; last exact: penalised_is_gradient.
exact: gradient_unique gG (penalised_is_gradient _ _ _ _ _).
Qed.

Theorem loss_gradient_holds : loss_gradient.
Proof.
move=> R f g N x y W G; have g0 := loss_is_gradient N x y W.
rewrite /gradient mulr0 scale0r addr0 in g0; split=> [gG|-> //].
exact: gradient_unique gG g0.
Qed.
