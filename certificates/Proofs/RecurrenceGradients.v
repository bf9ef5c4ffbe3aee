(* Gradients by the exact expansion, and what a step of an algorithm is once the gradient is known. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Certificates Require Import Statements Updates Recurrences Proofs.RingTactic Proofs.Gradients.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.Theory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* A sequence is the states of a layer if and only if it obeys the recurrence. *)
Lemma states_unique (T : Type) (W : nat -> T) start update :
  (W 0%N = start /\ forall t, W t.+1 = update t.+1 (W t)) <-> forall t, W t = states start update t.
Proof.
split=> [[W0 WS]|WE]; first by elim=> //= t <-; rewrite WS.
by split=> [|t]; rewrite !WE.
Qed.

Section Rules.
Variables (R : comUnitRingType) (d m : nat).
Implicit Types (F : 'M[R]_(d, m) -> R) (W G H : 'M[R]_(d, m)) (k : 'cV[R]_m) (v : 'cV[R]_d).
Add Ring R_ring : (ring_laws R).

Lemma has_gradient_ext F F' W G : F =1 F' -> has_gradient F W G -> has_gradient F' W G.
Proof. by move=> FF' gF H; have [c cP] := gF H; exists c => s; rewrite -!FF'. Qed.

Lemma has_gradientD F F' W G G' :
  has_gradient F W G -> has_gradient F' W G' -> has_gradient (fun V => F V + F' V) W (G + G').
Proof.
move=> gF gF' H; have [c cP] := gF H; have [c' c'P] := gF' H.
by exists (c + c') => s; rewrite cP c'P innerDl; by_ring R.
Qed.

Lemma has_gradientZ a F W G : has_gradient F W G -> has_gradient (fun V => a * F V) W (a *: G).
Proof.
move=> gF H; have [c cP] := gF H.
by exists (a * c) => s; rewrite cP innerZl; by_ring R.
Qed.

Lemma has_gradient_sum (r : seq nat) (F : nat -> 'M[R]_(d, m) -> R) W (g : nat -> 'M[R]_(d, m)) :
  (forall i, has_gradient (F i) W (g i)) -> has_gradient (fun V => \sum_(i <- r) F i V) W (\sum_(i <- r) g i).
Proof.
move=> gF; elim: r => [|i r IHr].
  move=> H; exists 0 => s; rewrite !big_nil -(scale0r 0) innerZl; by_ring R.
rewrite big_cons; apply: has_gradient_ext (has_gradientD (gF i) IHr) => V.
by rewrite big_cons.
Qed.

Lemma inner_outer_right (u : 'cV[R]_d) k H : inner (u *m k^T) H = inner u (H *m k).
Proof. by rewrite !inner_trace trmx_mul trmxK -mulmxA mxtrace_mulC -mulmxA. Qed.

Lemma sqnorm_gradient k v W :
  has_gradient (fun V => sqnorm (V *m k - v)) W (2%:R *: ((W *m k - v) *m k^T)).
Proof.
move=> H; exists (sqnorm (H *m k)) => s.
have -> : (W + s *: H) *m k - v = (W *m k - v) + s *: (H *m k) by rewrite mulmxDl -scalemxAl addrAC.
rewrite !sqnorm_inner inner_square !innerZl !innerZr inner_outer_right; by_ring R.
Qed.

Lemma square_gradient W : has_gradient (fun V => inner V V) W (2%:R *: W).
Proof.
move=> H; exists (inner H H) => s.
by rewrite inner_square !innerZl !innerZr; by_ring R.
Qed.

Lemma number_inner (u v : 'cV[R]_d) : number (u^T *m v) = inner u v.
Proof. by rewrite inner_trace trace_mx11. Qed.

Lemma bilinear_gradient k v W : has_gradient (fun V => number (v^T *m V *m k)) W (v *m k^T).
Proof.
move=> H; exists 0 => s; rewrite -!mulmxA !number_inner inner_outer_right mulmxDl innerDr.
by rewrite -scalemxAl innerZr; by_ring R.
Qed.

Lemma inner_delta G i j : inner G (delta_mx i j) = G i j.
Proof.
rewrite /inner (bigD1 i) //= [X in _ + X]big1 => [|i' ni]; last first.
  by apply: big1 => j' _; rewrite mxE (negPf ni) mulr0.
rewrite (bigD1 j) //= [X in _ + X + _]big1 => [|j' nj]; last by rewrite mxE (negPf nj) andbF mulr0.
by rewrite mxE !eqxx mulr1 !addr0.
Qed.

Hypothesis two : (2%:R : R) \is a GRing.unit.

Lemma same_gradient F W G G' : has_gradient F W G -> has_gradient F W G' -> G = G'.
Proof.
move=> gG gG'; suff same H : inner G H = inner G' H.
  by apply/matrixP => i j; rewrite -!inner_delta.
have [c cP] := gG H; have [c' c'P] := gG' H; apply: (mulrI two).
have -> : 2%:R * inner G H = (F W + 1 * inner G H + 1 ^+ 2 * c) - (F W + -1 * inner G H + (-1) ^+ 2 * c).
  by by_ring R.
by rewrite -cP -[X in _ - X]cP !c'P; by_ring R.
Qed.

Lemma halve (V : lmodType R) (X : V) : 2%:R^-1 *: (2%:R *: X) = X.
Proof. by rewrite scalerA mulVr // scale1r. Qed.

Lemma error_has_gradient k v W : has_gradient (error k v) W ((W *m k - v) *m k^T).
Proof. by rewrite -[X in has_gradient _ _ X]halve; apply/has_gradientZ/sqnorm_gradient. Qed.

Lemma weighted_gradient (r : seq nat) (c : nat -> R) (k : nat -> 'cV[R]_m) (v : nat -> 'cV[R]_d) W :
  has_gradient (fun V => 2%:R^-1 * \sum_(i <- r) c i * sqnorm (V *m k i - v i)) W
    (\sum_(i <- r) c i *: ((W *m k i - v i) *m (k i)^T)).
Proof.
rewrite -[X in has_gradient _ _ X]halve scaler_sumr; apply/has_gradientZ/has_gradient_sum => i.
by rewrite scalerA mulrC -scalerA; apply/has_gradientZ/sqnorm_gradient.
Qed.

Lemma errors_gradient (r : seq nat) (k : nat -> 'cV[R]_m) (v : nat -> 'cV[R]_d) W :
  has_gradient (fun V => 2%:R^-1 * \sum_(i <- r) sqnorm (V *m k i - v i)) W
    (\sum_(i <- r) (W *m k i - v i) *m (k i)^T).
Proof.
rewrite -[X in has_gradient _ _ X]halve scaler_sumr; apply/has_gradientZ/has_gradient_sum => i.
exact: sqnorm_gradient.
Qed.

Lemma gradient_stepE F rate W W1 G :
  has_gradient F W G -> gradient_step F rate W W1 <-> W1 = W - rate *: G.
Proof.
move=> gG; split=> [[G' gG' ->]|->]; last by exists G.
by rewrite (same_gradient gG' gG).
Qed.

Lemma preconditioned_stepE F rate P W W1 G :
  has_gradient F W G -> preconditioned_step F rate P W W1 <-> W1 = W - rate *: (G *m P).
Proof.
move=> gG; split=> [[G' gG' ->]|->]; last by exists G.
by rewrite (same_gradient gG' gG).
Qed.

Lemma proximal_stepE F rate W W1 G :
  has_gradient F W1 G -> proximal_step F rate W W1 <-> W1 = W - rate *: G.
Proof.
move=> gG; split=> [[G' gG' W1E]|W1E]; last by exists G.
by rewrite (same_gradient gG gG').
Qed.

Lemma gradient_step_ext F F' rate W W1 : F =1 F' -> gradient_step F rate W W1 <-> gradient_step F' rate W W1.
Proof.
by move=> FF'; split=> [] [G gG ->]; exists G => //; apply: has_gradient_ext gG => V; rewrite FF'.
Qed.

(* One step from 0 with the rate 1, on weighted errors *)
Lemma weighted_step (r : seq nat) (c : nat -> R) (k : nat -> 'cV[R]_m) (v : nat -> 'cV[R]_d) W :
  gradient_step (fun V => 2%:R^-1 * \sum_(i <- r) c i * sqnorm (V *m k i - v i)) 1 0 W
  <-> W = \sum_(i <- r) c i *: v i *m (k i)^T.
Proof.
rewrite (gradient_stepE _ _ (weighted_gradient r c k v 0)) scale1r sub0r -sumrN.
suff -> : \sum_(i <- r) - (c i *: ((0 *m k i - v i) *m (k i)^T)) = \sum_(i <- r) c i *: v i *m (k i)^T by [].
by apply: eq_bigr => i _; rewrite mul0mx sub0r mulNmx scalerN opprK scalemxAl.
Qed.

(* Online, from the gradient g of the loss *)
Lemma decayed_descentE decay (loss : nat -> 'M[R]_(d, m) -> R) rate start (W : nat -> 'M[R]_(d, m))
    (g update : nat -> 'M[R]_(d, m) -> 'M[R]_(d, m)) :
  (forall t V, has_gradient (loss t) V (g t V)) ->
  (forall t V, update t V = decay t V - rate t *: g t (decay t V)) ->
  decayed_descent decay loss rate start W <-> forall t, W t = states start update t.
Proof.
move=> gP updateE; rewrite -states_unique.
split=> [] [W0 WS]; split=> // t.
  by rewrite updateE; apply/(gradient_stepE _ _ (gP _ _)).
by apply/(gradient_stepE _ _ (gP _ _)); rewrite WS updateE.
Qed.

Lemma online_descentE (loss : nat -> 'M[R]_(d, m) -> R) rate start (W : nat -> 'M[R]_(d, m))
    (g update : nat -> 'M[R]_(d, m) -> 'M[R]_(d, m)) :
  (forall t V, has_gradient (loss t) V (g t V)) -> (forall t V, update t V = V - rate t *: g t V) ->
  online_descent loss rate start W <-> forall t, W t = states start update t.
Proof. exact: (@decayed_descentE (fun _ V => V)). Qed.

Lemma double_descentE (loss1 loss2 : nat -> 'M[R]_(d, m) -> R) rate1 rate2 start (W : nat -> 'M[R]_(d, m))
    (g1 g2 update : nat -> 'M[R]_(d, m) -> 'M[R]_(d, m)) :
  (forall t V, has_gradient (loss1 t) V (g1 t V)) -> (forall t V, has_gradient (loss2 t) V (g2 t V)) ->
  (forall t V, update t V = let U := V - rate1 t *: g1 t V in U - rate2 t *: g2 t U) ->
  double_descent loss1 loss2 rate1 rate2 start W <-> forall t, W t = states start update t.
Proof.
move=> gP1 gP2 updateE; rewrite -states_unique.
split=> [] [W0 WS]; split=> // t.
  have [V /(gradient_stepE _ _ (gP1 _ _)) VE /(gradient_stepE _ _ (gP2 _ _)) ->] := WS t.
  by rewrite VE updateE.
exists (W t - rate1 t.+1 *: g1 t.+1 (W t)); first exact/(gradient_stepE _ _ (gP1 _ _)).
by apply/(gradient_stepE _ _ (gP2 _ _)); rewrite WS updateE.
Qed.

End Rules.

Theorem gradient_at_most_one_holds : gradient_at_most_one.
Proof. by move=> R d m F W G G' two; apply: same_gradient. Qed.

Theorem error_gradient_holds : error_gradient.
Proof.
move=> R d m k v S G two; have gE := error_has_gradient two k v S.
by split=> [gG|-> //]; apply: same_gradient gG gE.
Qed.

Theorem gradient_is_derivative_holds : gradient_is_derivative.
Proof.
move=> R d m F W G gG H e e0; have [c cP] := gG H.
have c1 : 0 < `|c| + 1 by rewrite ltr_paddl.
exists (e / (`|c| + 1)) => [|s sd]; first by rewrite divr_gt0.
rewrite cP remainder normrM normrX expr2 -mulrA mulrC.
apply: ler_wpmul2r => //; move: sd; rewrite ltr_pdivl_mulr // => /ltW.
by apply: le_trans; rewrite mulrDr mulr1 ler_addl.
Qed.
