(* States, outputs and layers unrolled: P1, P2, P3, A4. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Certificates Require Import Constructions Statements Proofs.Gradients.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.Theory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Sums.
Variables (R : comUnitRingType) (f g : nat).
Definition sum_yx (x : nat -> 'cV[R]_f) (y : nat -> 'cV[R]_g) N := \sum_(1 <= i < N.+1) y i *m (x i)^T.
Definition sum_xx (x : nat -> 'cV[R]_f) N := \sum_(1 <= i < N.+1) x i *m (x i)^T.
End Sums.

Section Windows.
Variables (R : comUnitRingType) (f : nat).
Implicit Types (u v w : 'cV[R]_f) (Q : 'M[R]_3) (q : 'cV[R]_3) (s x y : nat -> 'cV[R]_f).

(* Three columns, and C Q C^T and C q for them. *)
Definition three u v w : 'M[R]_(f, 3) := \matrix_(i, j) (nth 0 [:: u; v; w] j) i 0.

Lemma three_columns u v w : three u v w = u *m delta_mx 0 0 + v *m delta_mx 0 1 + w *m delta_mx 0 2%:R.
Proof.
apply/matrixP => i j; rewrite !mxE !big_ord1 !mxE !eqxx /=.
by case: j => [[|[|[|j]]] lt3] //=; rewrite ?mulr1 ?mulr0 ?addr0 ?add0r.
Qed.

Lemma attention_sum (C : 'M[R]_(f, 3)) Q :
  C *m Q *m C^T = \sum_a \sum_b Q a b *: (col a C *m (col b C)^T).
Proof.
apply/matrixP => i j; rewrite mxE summxE; under [RHS]eq_bigr do rewrite summxE.
rewrite exchange_big; apply: eq_bigr => b _; rewrite !mxE mulr_suml; apply: eq_bigr => a _.
by rewrite !mxE big_ord1 !mxE mulrA (mulrC (Q a b)).
Qed.

Lemma readout_sum (C : 'M[R]_(f, 3)) q : C *m q = \sum_a q a 0 *: col a C.
Proof.
by apply/matrixP => i j; rewrite ord1 !mxE summxE; apply: eq_bigr => a _; rewrite !mxE mulrC.
Qed.

Lemma three_col u v w (a : 'I_3) : col a (three u v w) = nth 0 [:: u; v; w] a.
Proof. by apply/matrixP => i j; rewrite ord1 !mxE. Qed.

Definition attention Q u v w : 'M[R]_f := three u v w *m Q *m (three u v w)^T.

Lemma attention_entries (rows : seq (seq R)) u v w :
  attention (entries 3 3 rows) u v w =
  \sum_(a < 3) \sum_(b < 3) nth 0 (nth [::] rows a) b
    *: (nth 0 [:: u; v; w] a *m (nth 0 [:: u; v; w] b)^T).
Proof.
rewrite /attention attention_sum; apply: eq_bigr => a _; apply: eq_bigr => b _.
by rewrite !three_col mxE.
Qed.

Lemma readout_entries (rows : seq (seq R)) u v w :
  three u v w *m entries 3 1 rows = \sum_(a < 3) nth 0 (nth [::] rows a) 0 *: nth 0 [:: u; v; w] a.
Proof. by rewrite readout_sum; apply: eq_bigr => a _; rewrite three_col mxE. Qed.

Lemma window_three s k : window s k = three (s k) (s k.+1) (s k.+2).
Proof.
apply/matrixP => i j; rewrite !mxE.
by case: j => [[|[|[|j]]] lt3] //=; rewrite ?addn0 ?addn1 ?addn2.
Qed.

Lemma token_x x y t : tokens x y (2 * t).+1 = x t.+1.
Proof. by rewrite /tokens /= mul2n odd_double uphalf_double. Qed.

Lemma token_y x y t : tokens x y (2 * t) = y t.
Proof. by rewrite /tokens mul2n odd_double doubleK. Qed.

Lemma window_stride2 x y t : window_number (tokens x y) 2 t = three (x t.+1) (y t.+1) (x t.+2).
Proof.
rewrite /window_number window_three add1n token_x; congr three.
  by rewrite -[(2 * t).+2]/((2 + 2 * t)%N) -mulnS token_y.
by rewrite -[(2 * t).+3]/((2 + 2 * t)%N.+1) -mulnS token_x.
Qed.

Lemma entrywise_const a (Z : 'M[R]_f) : entrywise (const_mx a) Z = a *: Z.
Proof. by apply/matrixP => i j; rewrite !mxE. Qed.

Lemma state_sum s Q a d n :
  state s Q (const_mx a) d n =
  \sum_(i < n) a ^+ (n.-1 - i) *: (window_number s d i *m Q *m (window_number s d i)^T).
Proof.
elim: n => [|n IHn]; first by rewrite big_ord0.
rewrite big_ord_recr /= subnn scale1r entrywise_const IHn scaler_sumr; congr (_ + _).
apply: eq_bigr => i _; rewrite scalerA -exprS; congr (_ ^+ _ *: _).
by case: n {IHn} i => [[]|n i] //=; rewrite subSn // -ltnS.
Qed.

Lemma windows_stride2 N : (0 < N)%N -> windows 2 N = N.
Proof. by case: N => // N _; rewrite /windows mulnS addKn mulKn. Qed.

Lemma state_stride2 x y Q a t :
  state (tokens x y) Q (const_mx a) 2 t =
  \sum_(1 <= i < t.+1) a ^+ (t - i) *: attention Q (x i) (y i) (x i.+1).
Proof.
rewrite state_sum big_add1 big_mkord; apply: eq_bigr => i _.
by rewrite window_stride2 /attention; case: t i => [[]|t i].
Qed.

Lemma last_state_stride2 x y Q a N : (0 < N)%N ->
  last_state x y Q (const_mx a) 2 N =
  \sum_(1 <= i < N.+1) a ^+ (N - i) *: attention Q (x i) (y i) (x i.+1).
Proof. by move=> N0; rewrite /last_state windows_stride2 // state_stride2. Qed.

Lemma last_readout_stride2 x y q N : (0 < N)%N ->
  last_readout x y q 2 N = three (x N) (y N) (x N.+1) *m q.
Proof. by move=> N0; rewrite /last_readout windows_stride2 // window_stride2 prednK. Qed.

Lemma attention_P2 u v w : attention (P2_Q R) u v w = - (v *m u^T).
Proof.
rewrite attention_entries !big_ord_recl !big_ord0 /=.
by rewrite !scale0r scaleN1r !addr0 !add0r.
Qed.

Lemma attention_yx u v w : attention (P3_Q R) u v w = v *m u^T.
Proof.
rewrite attention_entries !big_ord_recl !big_ord0 /=.
by rewrite !scale0r scale1r !addr0 !add0r.
Qed.

Lemma attention_xx u v w : attention (P3_Q_tilde R) u v w = u *m u^T.
Proof.
rewrite attention_entries !big_ord_recl !big_ord0 /=.
by rewrite !scale0r scale1r !addr0.
Qed.

Lemma attention_xy u v w : attention (P2_printed_Q R) u v w = u *m v^T.
Proof.
rewrite attention_entries !big_ord_recl !big_ord0 /=.
by rewrite !scale0r scale1r !addr0 !add0r.
Qed.

Lemma readout_query u v w : three u v w *m P2_q R = w.
Proof.
rewrite readout_entries !big_ord_recl !big_ord0 /=.
by rewrite !scale0r scale1r !addr0 !add0r.
Qed.

Lemma sum_decay1 N (F : nat -> 'M[R]_f) :
  \sum_(1 <= i < N.+1) 1 ^+ (N - i) *: F i = \sum_(1 <= i < N.+1) F i.
Proof. by apply: eq_bigr => i _; rewrite expr1n scale1r. Qed.


Lemma P3_states x y N : (0 < N)%N ->
  last_state x y (P3_Q R) (const_mx (P3_decay R)) P3_stride N = sum_yx x y N /\
  last_state x y (P3_Q_tilde R) (const_mx (P3_decay R)) P3_stride N = sum_xx x N.
Proof.
move=> N0; rewrite !last_state_stride2 // !sum_decay1; split; apply: eq_bigr => i _.
  by rewrite attention_yx.
by rewrite attention_xx.
Qed.

Lemma output_P2 x y (Q : 'M[R]_3) beta N : (0 < N)%N ->
  head_output x y Q (P2_q R) (const_mx (P2_decay R)) beta P2_stride N =
  beta *: ((\sum_(1 <= i < N.+1) attention Q (x i) (y i) (x i.+1)) *m x N.+1).
Proof.
by move=> N0; rewrite /head_output last_state_stride2 // sum_decay1 last_readout_stride2 // readout_query.
Qed.

End Windows.

Theorem P2_sum_holds : P2_sum.
Proof.
move=> R f N x y eta N0; rewrite output_P2 // scaleNr -scalerN -mulNmx -sumrN mulmx_suml.
by congr (_ *: _); apply: eq_bigr => i _; rewrite attention_P2 opprK.
Qed.

(* One step from 0. *)
Lemma gradient0 (R : realFieldType) f g N (x : nat -> 'cV[R]_f) (y : nat -> 'cV[R]_g) :
  gradient N x y 0 0 = - (N%:R^-1 *: \sum_(1 <= i < N.+1) x i *m (y i)^T).
Proof.
rewrite /gradient scaler0 addr0 -scalerN -sumrN; congr (_ *: _); apply: eq_bigr => i _.
by rewrite trmx0 mul0mx sub0r linearN /= mulmxN.
Qed.

Lemma step0 (R : realFieldType) f g N (x : nat -> 'cV[R]_f) (y : nat -> 'cV[R]_g) eta W1 :
  step (loss x y N) eta 0 W1 <-> W1 = (eta / N%:R) *: \sum_(1 <= i < N.+1) x i *m (y i)^T.
Proof.
have E : (eta / N%:R) *: (\sum_(1 <= i < N.+1) x i *m (y i)^T) = 0 - eta *: gradient N x y 0 0.
  by rewrite gradient0 scalerN opprK add0r scalerA.
split=> [s1|->]; first by rewrite (step_gradient (loss_is_gradient N x y 0) s1) E.
by exists (gradient N x y 0 0) => //; exact: loss_is_gradient.
Qed.

Lemma step0_tr (R : realFieldType) f g N (x : nat -> 'cV[R]_f) (y : nat -> 'cV[R]_g) eta W1 (u : 'cV[R]_f) :
  step (loss x y N) eta 0 W1 ->
  W1^T *m u = (eta / N%:R) *: \sum_(1 <= i < N.+1) (y i *m (x i)^T *m u).
Proof.
move/step0 ->; rewrite linearZ /= -scalemxAl linear_sum /= mulmx_suml; congr (_ *: _).
by apply: eq_bigr => i _; rewrite trmx_mul trmxK.
Qed.

Theorem P2_holds : P2.
Proof. by move=> R f N x y eta W1 N0 s1; rewrite P2_sum_holds // (step0_tr _ s1). Qed.

(* L steps from anywhere *)
Section Steps.
Variables (R : realFieldType) (f g N : nat) (x : nat -> 'cV[R]_f) (y : nat -> 'cV[R]_g) (eta lambda : R).

Lemma tr_gradient W :
  (gradient N x y lambda W)^T =
  N%:R^-1 *: (W^T *m (\sum_(1 <= i < N.+1) x i *m (x i)^T) - \sum_(1 <= i < N.+1) y i *m (x i)^T)
  + (2%:R * lambda) *: W^T.
Proof.
rewrite /gradient linearD 2!linearZ /= linear_sum /= mulmx_sumr -sumrB; congr (_ *: _ + _).
by apply: eq_bigr => i _; rewrite trmx_mul trmxK mulmxBl mulmxA.
Qed.

End Steps.

Lemma descent_layers (R : realFieldType) f g N (x : nat -> 'cV[R]_f) (y : nat -> 'cV[R]_g) eta lambda W L :
  descent (penalised_loss x y N lambda) eta W ->
  layers (sum_yx x y N) (sum_xx x N) (A4_keep eta lambda) (A4_rate eta N) (W 0%N)^T L = (W L)^T.
Proof.
move=> dW; elim: L => //= L ->.
rewrite (step_gradient (penalised_is_gradient N x y lambda (W L)) (dW L)).
rewrite [RHS]linearB [X in _ = _ - X]linearZ /= tr_gradient -/(sum_xx x N) -/(sum_yx x y N).
set D := _ - sum_yx x y N; rewrite [in RHS]scalerDr !scalerA opprD addrA /A4_keep scalerBl scale1r.
by rewrite /A4_rate scaleNr (mulrCA eta) mulrA [RHS]addrAC.
Qed.

Theorem A4_holds : A4.
Proof.
move=> R f N x y eta lambda W L N0 dW Z Zt.
have [EZ EZt] := P3_states x y N0; rewrite /Z /Zt EZ EZt.
by rewrite descent_layers // last_readout_stride2 // readout_query.
Qed.

Lemma descent_ext (R : realFieldType) f g (F F' : 'M[R]_(f, g) -> R) eta W :
  F =1 F' -> descent F eta W -> descent F' eta W.
Proof. by move=> FF' dF l; have [G gG ->] := dF l; exists G => //; apply: is_gradient_ext gG. Qed.

Theorem P3_holds : P3.
Proof.
move=> R f N x y eta W L N0 dW Z Zt.
have dW0 := descent_ext (loss_penalised N x y) dW.
have [EZ EZt] := P3_states x y N0; rewrite /Z /Zt EZ EZt.
have := descent_layers L dW0; rewrite /A4_keep mulr0 subr0 => ->.
by rewrite last_readout_stride2 // readout_query.
Qed.

(* Closed forms *)
Lemma layers_closed (R : comUnitRingType) g f (Z : 'M[R]_(g, f)) (Zt : 'M[R]_f) keep c V0 L :
  let B := keep%:M - c *: Zt in
  layers Z Zt keep (- c) V0 L = V0 *m power B L + c *: (Z *m \sum_(k < L) power B k).
Proof.
move=> B; have powerS k : power B k.+1 = power B k *m B.
  elim: k => [|k IHk]; first by rewrite /power /= mulmx1 mul1mx.
  by rewrite -[LHS]/(B *m power B k.+1) {1}IHk mulmxA.
elim: L => [|L IHL]; first by rewrite big_ord0 mulmx0 scaler0 addr0 mulmx1.
rewrite /layers iterS -/(layers Z Zt keep (- c) V0 L) scalerBr scaleNr scaleNr opprK addrA.
have <- : layers Z Zt keep (- c) V0 L *m B
        = keep *: layers Z Zt keep (- c) V0 L - c *: (layers Z Zt keep (- c) V0 L *m Zt).
  by rewrite /B mulmxBr mul_mx_scalar -scalemxAr.
rewrite IHL mulmxDl -mulmxA -powerS -scalemxAl -mulmxA -addrA; congr (_ + _).
rewrite -scalerDr; congr (_ *: _); rewrite mulmx_suml big_ord_recl mulmxDr mulmx1 addrC.
by congr (_ + _ *m _); apply: eq_bigr => k _; rewrite -powerS.
Qed.

Theorem P3_closed_form_holds : P3_closed_form.
Proof.
move=> R f N x y eta V0 L N0 Z Zt B; have [EZ EZt] := P3_states x y N0.
by split=> //; rewrite /P3_rate layers_closed.
Qed.

Theorem P3_descent_closed_form_holds : P3_descent_closed_form.
Proof.
move=> R f g N x y eta W L /(descent_ext (loss_penalised N x y)) dW B.
by rewrite -(descent_layers L dW) /A4_keep mulr0 subr0 /A4_rate layers_closed.
Qed.
