(* STEP: decays, every sample, other orders. DIM: other sizes. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Certificates Require Import Constructions Statements Proofs.RingTactic Proofs.Gradients Proofs.Layers.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.Theory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Lemma tr_step (R : comRingType) m n (W G : 'M[R]_(m, n)) r c : (W - r *: (c *: G))^T = W^T - (r * c) *: G^T.
Proof. by rewrite linearB scalerA linearZ. Qed.

Section Weighted.
Variables (R : realFieldType) (f g t : nat) (x : nat -> 'cV[R]_f) (y : nat -> 'cV[R]_g) (a : R).

Lemma weighted_is_gradient W :
  is_gradient (weighted_loss x y a t) W
    (t%:R^-1 *: \sum_(1 <= i < t.+1) a ^+ (t - i) *: (x i *m (W^T *m x i - y i)^T)).
Proof.
have := squares_is_gradient x y (index_iota 1 t.+1) (fun i => a ^+ (t - i)) (2 * t)%:R^-1 0 W.
rewrite /squares_gradient half_real mulr0 scale0r addr0; apply: is_gradient_ext => V.
by rewrite /squares mul0r addr0.
Qed.

Definition weighted_yx := \sum_(1 <= i < t.+1) a ^+ (t - i) *: (y i *m (x i)^T).
Definition weighted_xx := \sum_(1 <= i < t.+1) a ^+ (t - i) *: (x i *m (x i)^T).

Lemma weighted_step rate W W1 : step (weighted_loss x y a t) rate W W1 ->
  W1^T = W^T - (rate / t%:R) *: (W^T *m weighted_xx - weighted_yx).
Proof.
move/(step_gradient (weighted_is_gradient W)) => ->; rewrite tr_step; congr (_ - _ *: _); rewrite linear_sum /= mulmx_sumr -sumrB; apply: eq_bigr => i _.
by rewrite linearZ /= trmx_mul trmxK mulmxBl scalerBr -scalemxAr mulmxA.
Qed.
End Weighted.

Theorem weighted_gradient_holds : weighted_gradient.
Proof.
move=> R f g t x y a W G; split=> [gG|->]; last exact: weighted_is_gradient.
exact: gradient_unique gG (weighted_is_gradient _ _ _ _ _).
Qed.

Lemma weighted_states (R : comUnitRingType) f (x y : nat -> 'cV[R]_f) a t : (0 < t)%N ->
  last_state x y (P3_Q R) (const_mx a) P3_stride t
    = \sum_(1 <= i < t.+1) a ^+ (t - i) *: (y i *m (x i)^T) /\
  last_state x y (P3_Q_tilde R) (const_mx a) P3_stride t
    = \sum_(1 <= i < t.+1) a ^+ (t - i) *: (x i *m (x i)^T).
Proof.
move=> t0; rewrite !last_state_stride2 //; split; apply: eq_bigr => i _.
  by rewrite attention_yx.
by rewrite attention_xx.
Qed.

Lemma state_P2 (R : comUnitRingType) f (x y : nat -> 'cV[R]_f) a t : (0 < t)%N ->
  last_state x y (P2_Q R) (const_mx a) P2_stride t
    = - \sum_(1 <= i < t.+1) a ^+ (t - i) *: (y i *m (x i)^T).
Proof.
move=> t0; rewrite last_state_stride2 // -sumrN; apply: eq_bigr => i _.
by rewrite attention_P2 scalerN.
Qed.

Lemma rate_over_t (R : realFieldType) eta t N : (0 < t)%N ->
  eta * t%:R / N%:R / t%:R = eta / N%:R :> R.
Proof. by move=> t0; rewrite [LHS]mulrAC mulfK // pnatr_eq0 -lt0n. Qed.

Lemma weighted_output (R : realFieldType) f t (x y : nat -> 'cV[R]_f) a rate c W1 : (0 < t)%N ->
  rate / t%:R = c -> step (weighted_loss x y a t) rate 0 W1 ->
  head_output x y (P2_Q R) (P2_q R) (const_mx a) (- c) P2_stride t = W1^T *m x t.+1.
Proof.
move=> t0 rc /weighted_step ->; rewrite rc trmx0 mul0mx !sub0r scalerN opprK /head_output state_P2 //.
by rewrite last_readout_stride2 // readout_query mulNmx scaleNr scalerN opprK scalemxAl.
Qed.

Theorem STEP_holds : STEP.
Proof. by move=> R f t x y a eta W1 t0; apply: weighted_output. Qed.

Theorem STEP_rate_holds : STEP_rate.
Proof. by move=> R f t N x y a eta W1 t0; apply: weighted_output => //; apply: rate_over_t. Qed.

Theorem STEP_layers_holds : STEP_layers.
Proof.
move=> R f t N x y a eta W L t0 dW; have [EZ EZt] := weighted_states x y a t0; rewrite EZ EZt.
rewrite last_readout_stride2 // readout_query; congr (_ *m _).
elim: L => //= L ->; rewrite (weighted_step (dW L)) rate_over_t //.
by rewrite /P3_keep scale1r /P3_rate scaleNr.
Qed.

Theorem STEP_order_holds : STEP_order.
Proof.
move=> R f N x y x' y' beta sigma N0 perm same next.
have states : last_state x' y' (P2_Q R) (const_mx 1) P2_stride N =
              last_state x y (P2_Q R) (const_mx 1) P2_stride N.
  rewrite !state_P2 // !sum_decay1; congr (- _).
  have -> : index_iota 1 N.+1 = iota 1 N by rewrite /index_iota subn1.
  rewrite -[RHS](perm_big _ perm) big_map /= !big_seq; apply: eq_bigr => i.
  by rewrite mem_iota add1n ltnS => /same[-> ->].
split=> //; rewrite /head_output states !last_readout_stride2 // !readout_query next.
by [].
Qed.

(* The sums as recurrences: S_(t+1) = a S_t + y_(t+1) x_(t+1)^T. *)
Section Exchange.
Variables (R : comUnitRingType) (f : nat) (a : R).
Add Ring R_ring : (ring_laws R).
Let S (x y : nat -> 'cV[R]_f) t := \sum_(1 <= i < t.+1) a ^+ (t - i) *: (y i *m (x i)^T).

Lemma sum_recurrence x y t : S x y t.+1 = a *: S x y t + y t.+1 *m (x t.+1)^T.
Proof.
rewrite /S big_nat_recr //= subnn scale1r scaler_sumr; congr (_ + _).
rewrite !big_nat; apply: eq_bigr => i /andP[_ it]; rewrite scalerA -exprS subSn //.
Qed.

Lemma exchange (P Q T : 'M[R]_f) :
  a *: (a *: T + Q) + P = a *: (a *: T + P) + Q - (1 - a) *: (Q - P).
Proof. by apply/matrixP => i j; rewrite !mxE; move: (P i j) (Q i j) (T i j) => p q u; by_ring R. Qed.

Lemma later c (P T D : 'M[R]_f) : a *: (T - c *: D) + P = a *: T + P - (a * c) *: D.
Proof. by apply/matrixP => i j; rewrite !mxE; move: (P i j) (D i j) (T i j) => p q u; by_ring R. Qed.

Lemma exchanged x y x' y' m k :
  (forall i, i != m.+1 -> i != m.+2 -> x' i = x i /\ y' i = y i) ->
  x' m.+1 = x m.+2 -> y' m.+1 = y m.+2 -> x' m.+2 = x m.+1 -> y' m.+2 = y m.+1 ->
  S x' y' (m.+2 + k) = S x y (m.+2 + k)
    - (a ^+ k * (1 - a)) *: (y m.+2 *m (x m.+2)^T - y m.+1 *m (x m.+1)^T).
Proof.
move=> same xm ym xm1 ym1.
have before t : (t <= m)%N -> S x' y' t = S x y t.
  elim: t => [|t IHt] tm; first by rewrite /S !big_geq.
  have [xt yt] : x' t.+1 = x t.+1 /\ y' t.+1 = y t.+1.
    by apply: same; rewrite eqSS ltn_eqF // ltnW.
  by rewrite !sum_recurrence IHt ?xt ?yt // ltnW.
elim: k => [|k IHk].
  by rewrite addn0 !sum_recurrence before // xm ym xm1 ym1 exchange expr0 mul1r.
have [xk yk] : x' (m.+2 + k).+1 = x (m.+2 + k).+1 /\ y' (m.+2 + k).+1 = y (m.+2 + k).+1.
  by apply: same; rewrite gtn_eqF // !addSn !ltnS ?leq_addr // leqW // leq_addr.
by rewrite addnS (sum_recurrence x' y') (sum_recurrence x y) IHk xk yk later exprS mulrA.
Qed.
End Exchange.

Theorem STEP_exchange_holds : STEP_exchange.
Proof.
move=> R f t [//|m] x y x' y' a /andP[_ mt] same xm ym xm1 ym1.
have t0 : (0 < t)%N by apply: ltn_trans mt.
rewrite !state_P2 // -(subnKC mt) (exchanged _ _ same) // opprB addrC; congr (_ + _ *: _).
by rewrite addKn.
Qed.

(* DIM *)
Section Embedded.
Variables (R : comUnitRingType) (f k l N : nat) (x : nat -> 'cV[R]_k) (y : nat -> 'cV[R]_l).
Variables (A : 'M[R]_(f, k)) (B : 'M[R]_(f, l)).
Let Ax i := A *m x i.
Let By i := B *m y i.

Lemma embedded_yx : sum_yx Ax By N = B *m sum_yx x y N *m A^T.
Proof.
rewrite /sum_yx mulmx_sumr mulmx_suml; apply: eq_bigr => i _.
by rewrite /Ax /By trmx_mul !mulmxA.
Qed.

Lemma embedded_xx : sum_xx Ax N = A *m sum_xx x N *m A^T.
Proof.
rewrite /sum_xx mulmx_sumr mulmx_suml; apply: eq_bigr => i _.
by rewrite /Ax trmx_mul !mulmxA.
Qed.

Lemma embedded_layers keep rate V0 L : A^T *m A = 1%:M ->
  layers (sum_yx Ax By N) (sum_xx Ax N) keep rate (B *m V0 *m A^T) L
  = B *m layers (sum_yx x y N) (sum_xx x N) keep rate V0 L *m A^T.
Proof.
move=> AA; elim: L => // L IHL; rewrite /layers !iterS -!/(layers _ _ _ _ _ L) IHL embedded_yx embedded_xx.
rewrite mulmxDr mulmxDl -!scalemxAr -!scalemxAl mulmxBr mulmxBl; congr (_ + _ *: (_ - _)).
by rewrite !mulmxA -[_ *m A^T *m A]mulmxA AA mulmx1.
Qed.
End Embedded.

Theorem DIM_isometry_holds : DIM_isometry.
Proof.
move=> R f k l N x y eta W L A B AA N0 dW Ax By Z Zt.
have dW0 := descent_ext (loss_penalised N x y) dW.
have [EZ EZt] := P3_states Ax By N0; rewrite /Z /Zt EZ EZt.
rewrite (embedded_layers N x y B (P3_keep R) (P3_rate eta N) (W 0%N)^T L AA).
have := descent_layers L dW0; rewrite /A4_keep mulr0 subr0 => ->.
by rewrite last_readout_stride2 // readout_query -!mulmxA (mulmxA A^T) AA mul1mx.
Qed.

Lemma zeros_below_isometry (R : ringType) f n : (n <= f)%N ->
  (zeros_below R f n)^T *m zeros_below R f n = 1%:M.
Proof.
move=> nf; apply/matrixP => i j; rewrite !mxE (bigD1 (widen_ord nf i)) //= !mxE eqxx mul1r.
rewrite big1 ?addr0 // => r ri; rewrite !mxE; case: eqP => [E|]; last by rewrite mul0r.
by case/negP: ri; apply/eqP/val_inj.
Qed.

Theorem DIM_holds : DIM.
Proof.
move=> R f k l N x y eta W L kf lf N0 dW A B; apply: DIM_isometry_holds => //.
exact: zeros_below_isometry.
Qed.

Theorem DIM_one_step_holds : DIM_one_step.
Proof.
move=> R f k l N x y eta W1 A B N0 s1; rewrite P2_sum_holds // (step0_tr _ s1) -scalemxAr.
congr (_ *: _); rewrite mulmx_sumr; apply: eq_bigr => i _.
by rewrite trmx_mul !mulmxA.
Qed.
