(* Layers that are gradient descent: section 4 of Recurrences.v. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Certificates Require Import
  Statements Updates Recurrences Proofs.RingTactic Proofs.Gradients Proofs.RecurrenceGradients Proofs.RecurrenceSums.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.Theory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* One step from 0 on all tokens so far *)
Theorem mamba2_holds : mamba2.
Proof.
move=> R d m k v a two S L t W; rewrite (weighted_step two).
by rewrite /S scalar_unrolled; split=> ->; apply: eq_bigr => i _; rewrite scalemxAl.
Qed.

Theorem retnet_holds : retnet.
Proof.
move=> R d m k v gamma two S L t W; rewrite (weighted_step two).
rewrite /S (scalar_unrolled (fun=> gamma)).
by split=> ->; apply: eq_bigr => i _; rewrite prodr_const_nat subSS scalemxAl.
Qed.

(* sum (0 k_i - v_i) k_i^T = - sum v_i k_i^T *)
Lemma errors_at_0 (R : comRingType) d m (k : nat -> 'cV[R]_m) (v : nat -> 'cV[R]_d) t :
  \sum_(1 <= i < t) ((0 : 'M_(d, m)) *m k i - v i) *m (k i)^T = - \sum_(1 <= i < t) v i *m (k i)^T.
Proof. by rewrite -sumrN; apply: eq_bigr => i _; rewrite mul0mx sub0r mulNmx. Qed.

Theorem linear_attention_holds : linear_attention.
Proof.
move=> R d m k v two S L t W; rewrite /S linear_attention_sum.
rewrite (gradient_stepE two _ _ (errors_gradient two _ k v 0)).
by rewrite errors_at_0 scale1r sub0r opprK.
Qed.

Theorem preconditioned_holds : preconditioned.
Proof.
move=> R d m x y P two S L t W.
have -> : S t = states 0 (fun t S => linear_attention_update S (x t) (y t)) t *m P.
  by elim: t => [|t IHt] /=; rewrite ?mul0mx // [RHS]mulmxDl -IHt.
rewrite linear_attention_sum (preconditioned_stepE two _ _ _ (errors_gradient two _ x y 0)).
by rewrite errors_at_0 scale1r sub0r mulNmx opprK.
Qed.

(* S (I - b k k^T) + b v k^T = S - b (S k - v) k^T *)
Lemma delta_rule (R : comRingType) d m (S : 'M[R]_(d, m)) (k : 'cV[R]_m) (v : 'cV[R]_d) (b : R) :
  S *m (1%:M - b *: k *m k^T) + b *: v *m k^T = S - b *: ((S *m k - v) *m k^T).
Proof.
rewrite mulmxBr mulmx1 -!scalemxAl -scalemxAr mulmxA mulmxBl scalerBr opprB.
by rewrite addrA addrAC.
Qed.

Lemma error_form (R : comRingType) d m (S : 'M[R]_(d, m)) (k : 'cV[R]_m) (v : 'cV[R]_d) (b : R) :
  b *: (v - S *m k) *m k^T = - (b *: ((S *m k - v) *m k^T)).
Proof. by rewrite -scalemxAl -scalerN -[in RHS]mulNmx opprB. Qed.

Theorem deltanet_holds : deltanet.
Proof.
move=> R d m k v beta W two S; rewrite /S {S}.
apply: (@online_descentE _ _ _ two _ _ _ _ (fun t V => (V *m k t - v t) *m (k t)^T)) => t V.
  exact: error_has_gradient.
exact: delta_rule.
Qed.

Theorem gated_delta_holds : gated_delta.
Proof.
move=> R d m k v alpha beta W two S; rewrite /S {S}.
apply: (@decayed_descentE _ _ _ two _ _ _ _ _ (fun t V => (V *m k t - v t) *m (k t)^T)) => t V.
  exact: error_has_gradient.
exact: delta_rule.
Qed.

Theorem kda_holds : kda.
Proof.
move=> R d m k v beta D W two S; rewrite /S {S}.
apply: (@decayed_descentE _ _ _ two _ _ _ _ _ (fun t V => (V *m k t - v t) *m (k t)^T)) => t V.
  exact: error_has_gradient.
exact: delta_rule.
Qed.

Theorem kda_diagonal_holds : kda_diagonal.
Proof. by move=> R d m k g v beta W two; apply: kda_holds. Qed.

Theorem l2_penalty_holds : l2_penalty.
Proof.
move=> R d m k v alpha beta W two S L; rewrite /S {S}.
have gL t V : has_gradient (L t) V (beta t *: ((V *m k t - v t) *m (k t)^T) + (1 - alpha t) *: V).
  have gE := has_gradientZ (beta t) (error_has_gradient two (k t) (v t) V).
  have gS := has_gradientZ (1 - alpha t) (has_gradientZ 2%:R^-1 (square_gradient V)).
  rewrite (halve two) in gS; apply: has_gradient_ext (has_gradientD gE gS) => U.
  by rewrite /L /error inner_trace !mulrA ![_ * 2%:R^-1]mulrC.
apply: (@online_descentE _ _ _ two L _ _ _ _ _ gL) => t V.
by rewrite /l2_penalty_update error_form scale1r scalerBl scale1r opprD opprB [RHS]addrC -addrA subrK addrC.
Qed.

Theorem deltaproduct_holds : deltaproduct.
Proof.
move=> R d m k k' v v' beta beta' W two S; rewrite /S {S}.
apply: (@double_descentE _ _ _ two _ _ _ _ _ _ (fun t V => (V *m k t - v t) *m (k t)^T)
  (fun t V => (V *m k' t - v' t) *m (k' t)^T)) => t V; [exact: error_has_gradient.. |].
by rewrite /deltaproduct_update !delta_rule.
Qed.

Theorem deltaproduct_transition_holds : deltaproduct_transition.
Proof.
move=> R d m k k' beta beta' S0 W two S L L'; rewrite /S {S}.
have gE (K : 'cV[R]_m) (V : 'M[R]_(d, m)) :
    has_gradient (fun S => 2%:R^-1 * sqnorm (S *m K)) V (V *m K *m K^T).
  have := error_has_gradient two K 0 V; rewrite subr0; apply: has_gradient_ext => U.
  by rewrite /error subr0.
have erase (K : 'cV[R]_m) b (V : 'M[R]_(d, m)) : V *m (1%:M - b *: K *m K^T) = V - b *: (V *m K *m K^T).
  by rewrite mulmxBr mulmx1 -scalemxAl -scalemxAr mulmxA.
apply: (@double_descentE _ _ _ two _ _ _ _ _ _ (fun t V => V *m k t *m (k t)^T)
  (fun t V => V *m k' t *m (k' t)^T)) => t V; [exact: gE.. |].
by rewrite /deltaproduct_transition_update mulmxA !erase.
Qed.

Theorem s6_holds : s6.
Proof.
move=> R d m k v delta W two S L.
have gL t V : has_gradient (L t) V (V - v t *m (k t)^T).
  have gS := has_gradientZ 2%:R^-1 (square_gradient V).
  have := has_gradientD gS (has_gradientZ (-1) (bilinear_gradient (k t) (v t) V)).
  rewrite (halve two) scaleN1r => gV; apply: has_gradient_ext gV => U.
  by rewrite mulN1r.
rewrite /S {S}; apply: (@online_descentE _ _ _ two L _ _ _ _ _ gL) => t V.
by rewrite /s6_update scalerBr scalerBl scale1r opprB addrA addrAC scalemxAl.
Qed.

Theorem ttt_minibatch_holds : ttt_minibatch.
Proof.
move=> R d m B k v eta W0 W two S L.
rewrite /S {S}; apply: (@online_descentE _ _ _ two _ _ _ _
  (fun t V => \sum_(1 <= j < B.+1) 2%:R *: ((V *m k t j - v t j) *m (k t j)^T))) => t V.
  by apply: has_gradient_sum => j; apply: sqnorm_gradient.
by rewrite /ttt_minibatch_update -scaler_sumr scalerA mulrC.
Qed.

Theorem titans_holds : titans.
Proof.
move=> R d m k v alpha eta theta W two MU.
have gE t V := error_has_gradient two (k t) (v t) V.
split=> [[W0 [C C0 WS]]|WE].
  suff WC t : MU t = (W t, C t) by move=> t; rewrite WC.
  elim: t => [|t IHt]; first by rewrite W0 C0.
  have [G /(same_gradient two (gE _ _)) <- [CE ->]] := WS t.
  have -> : MU t.+1 = titans_update (MU t) (k t.+1) (v t.+1) (alpha t.+1) (eta t.+1) (theta t.+1) by [].
  by rewrite IHt /titans_update /= CE -scalemxAl.
split; first by rewrite WE.
exists (fun t => (MU t).2) => // t; exists ((W t *m k t.+1 - v t.+1) *m (k t.+1)^T); first exact: gE.
by rewrite !WE /= -scalemxAl.
Qed.

Theorem heavy_ball_holds : heavy_ball.
Proof.
move=> R d m k v eta theta W two SU.
have gE t V := error_has_gradient two (k t) (v t) V.
have change t : (SU t).2 = (SU t).1 - (SU t.-1).1 by case: t => [|t] /=; rewrite ?subrr // addrAC subrr add0r.
have next t : (SU t.+1).1 = (SU t).1 + eta t.+1 *: ((SU t).1 - (SU t.-1).1)
    - theta t.+1 *: (((SU t).1 *m k t.+1 - v t.+1) *m (k t.+1)^T).
  rewrite -change -addrA scalemxAl.
  by [].
split=> [[W0 WS]|WE].
  suff both t : W t = (SU t).1 /\ W t.-1 = (SU t.-1).1 by move=> t; case: (both t).
  elim: t => [|t [IHt IHt']] //; split=> //; rewrite next.
  by have [G /(same_gradient two (gE _ _)) <- ->] := WS t; rewrite IHt IHt'.
split=> [|t]; first by rewrite WE.
by exists ((W t *m k t.+1 - v t.+1) *m (k t.+1)^T); [exact: gE | rewrite !WE next].
Qed.

(* (u k^T) k = <k, k> u *)
Lemma outer_key (R : comRingType) d m (u : 'cV[R]_d) (k : 'cV[R]_m) : u *m k^T *m k = number (k^T *m k) *: u.
Proof. by rewrite -mulmxA mul_number. Qed.

Lemma unit_scaleK (R : comUnitRingType) (V : lmodType R) (r : R) :
  r \is a GRing.unit -> cancel ( *:%R r : V -> V) ( *:%R r^-1).
Proof. by move=> ru X; rewrite scalerA mulVr // scale1r. Qed.

Theorem longhorn_holds : longhorn.
Proof.
move=> R d m k v beta two units S t W; rewrite (proximal_stepE two _ _ (error_has_gradient two _ _ W)).
have -> : S t.+1 = longhorn_update (S t) (k t.+1) (v t.+1) (beta t.+1) by [].
rewrite /longhorn_update; move: (units t.+1).
move: (k t.+1) (v t.+1) (beta t.+1) (S t) => {S units} {}k {}v b S.
set r := 1 + b * _ => ru; rewrite error_form -[(b / r) *: _]scalerA [r^-1 *: _]scalemxAl.
have after E : W = S - b *: (E *m k^T) -> W *m k - v = (S *m k - v) - (r - 1) *: E.
  by move=> ->; rewrite mulmxBl -scalemxAl outer_key scalerA addrAC [r - 1]addrAC subrr add0r.
split=> WE.
  suff <- : W *m k - v = r^-1 *: (S *m k - v) by [].
  have e : S *m k - v = r *: (W *m k - v).
    by rewrite -[LHS](subrK ((r - 1) *: (W *m k - v))) -(after _ WE) scalerBl scale1r addrC subrK.
  by rewrite e unit_scaleK.
suff -> : W *m k - v = r^-1 *: (S *m k - v) by [].
by rewrite (after _ WE) scalerBl scale1r scalerA divrr // scale1r opprB addrCA subrr addr0.
Qed.

Lemma inner_positive (R : realFieldType) d m (D : 'M[R]_(d, m)) : D != 0 -> 0 < inner D D.
Proof.
have sq (a : R) : 0 <= a * a by rewrite -expr2 sqr_ge0.
have row i : 0 <= \sum_j D i j * D i j by apply: sumr_ge0.
rewrite lt_neqAle sumr_ge0 // andbT; apply: contraNneq => D0.
apply/eqP/matrixP => i j; rewrite [RHS]mxE; apply/eqP; rewrite -sqrf_eq0 expr2; apply/eqP.
have row0 := psumr_eq0P (fun i _ => row i) (esym D0) (i := i) isT.
exact: (psumr_eq0P (fun j _ => sq (D i j)) row0 (i := j) isT).
Qed.

Lemma sqnorm_ge0 (R : realFieldType) n (v : 'cV[R]_n) : 0 <= sqnorm v.
Proof. by apply: sumr_ge0 => i _; apply: sqr_ge0. Qed.

Section Minimiser.
Variable R : realFieldType.
Add Ring R_ring : (ring_laws R).

Lemma proximal_minimiser d m (k : 'cV[R]_m) (v : 'cV[R]_d) b (S S1 V : 'M[R]_(d, m)) :
  0 <= b -> S1 = S - b *: ((S1 *m k - v) *m k^T) -> V != S1 ->
  inner (S1 - S) (S1 - S) + b * sqnorm (S1 *m k - v) < inner (V - S) (V - S) + b * sqnorm (V *m k - v).
Proof.
move=> b0 S1E VS; have SE : S1 - S = - (b *: ((S1 *m k - v) *m k^T)) by rewrite {1}S1E addrAC subrr add0r.
rewrite -[V](subrK S1) [_ + S1]addrC; move: VS; rewrite -subr_eq0; move: (V - S1) => D D0.
rewrite [S1 + D - S]addrAC (inner_square (S1 - S)) mulmxDl [S1 *m k + _ - _]addrAC !sqnorm_inner.
rewrite (inner_square (S1 *m k - v)).
have -> : inner (S1 - S) D = - (b * inner (S1 *m k - v) (D *m k)).
  by rewrite SE -scaleN1r !innerZl inner_outer_right mulN1r.
set e := inner _ (D *m k); set M := inner (S1 - S) _; set N := inner (S1 *m k - v) _.
have -> : M + 2%:R * - (b * e) + inner D D + b * (N + 2%:R * e + inner (D *m k) (D *m k)) =
    M + b * N + (inner D D + b * inner (D *m k) (D *m k)) by by_ring R.
by rewrite ltr_addl ltr_paddr ?inner_positive // mulr_ge0 // -sqnorm_inner sqnorm_ge0.
Qed.

End Minimiser.

Theorem longhorn_minimiser_holds : longhorn_minimiser.
Proof.
move=> R d m k v beta beta0 S objective t V VS.
have two : (2%:R : R) \is a GRing.unit by rewrite unitfE pnatr_eq0.
have units u : 1 + beta u * number ((k u)^T *m k u) \is a GRing.unit.
  rewrite unitfE gt_eqF // number_inner -sqnorm_inner.
  by rewrite (lt_le_trans ltr01) // ler_addl mulr_ge0 // sqnorm_ge0.
apply: proximal_minimiser VS => //; apply/(proximal_stepE two _ _ (error_has_gradient two _ _ _)).
exact: (@longhorn_holds _ _ _ k v beta two units t (S t.+1)).2.
Qed.

(* The delta rule in other forms *)
Theorem deltanet_error_form_holds : deltanet_error_form.
Proof.
move=> R d m k q v beta S0 S M t; suff -> : M t = S t by [].
by apply: states_ext => u X; rewrite /deltanet_error_form_other_update error_form -delta_rule.
Qed.

Theorem deltanet_rows_holds : deltanet_rows.
Proof.
move=> R d m k q v beta S M t; suff -> : M t = (S t)^T by rewrite trmxK.
elim: t => [|t IHt]; first by rewrite /= trmx0.
have -> : S t.+1 = deltanet_update (S t) (k t.+1) (v t.+1) (beta t.+1) by [].
have -> : M t.+1 = deltanet_rows_other_update (M t) (k t.+1) (v t.+1) (beta t.+1) by [].
rewrite /deltanet_update delta_rule /deltanet_rows_other_update IHt trmxK.
by rewrite [in RHS]linearB [in RHS]linearZ /= trmx_mul trmxK -scalemxAl -[v _ - _]opprB linearN mulmxN scalerN.
Qed.
