(* P1: constructed tokens. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Certificates Require Import Constructions Statements Proofs.Gradients Proofs.Layers.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.Theory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Tokens.
Variables (R : comUnitRingType) (f : nat) (x : nat -> 'cV[R]_f) (y : nat -> R).

Lemma selector_constructed p t :
  selector f p *m constructed x y t = (p 0 0 * y t) *: x t + p 0 1 *: x t.+1.
Proof. by rewrite /selector mul_row_col !mul_scalar_mx scalerA. Qed.

Lemma token_state_sum (P : 'M[R]_(f, f + f)) t :
  token_state P (constructed x y) 1 t = \sum_(1 <= i < t.+1) P *m constructed x y i.
Proof.
elim: t => [|t IHt]; first by rewrite big_geq.
by rewrite big_nat_recr //= scale1r IHt.
Qed.

Lemma output_selector (p : 'M[R]_(1, 2)) beta N :
  token_output (selector f p) (selector f (P1_Theta R)) (constructed x y) (P1_decay R) beta N
  = beta *: ((\sum_(1 <= i < N.+1) ((p 0 0 * y i) *: x i + p 0 1 *: x i.+1))^T *m x N.+1).
Proof.
rewrite /token_output /P1_decay token_state_sum -mulmxA selector_constructed.
rewrite /P1_Theta !mxE /= mul0r scale0r scale1r add0r; congr (_ *: (_^T *m _)).
by apply: eq_bigr => i _; rewrite selector_constructed.
Qed.
End Tokens.

Theorem P1_sum_holds : P1_sum.
Proof.
move=> R f N x y eta; rewrite output_selector /P1_Psi !mxE /= /P1_beta scaleNr -scalerN.
congr (_ *: _); rewrite linear_sum /= mulmx_suml -sumrN; apply: eq_bigr => i _.
by rewrite scale0r addr0 mulN1r scaleNr linearN linearZ /= mulNmx opprK -scalemxAl.
Qed.

Theorem P1_holds : P1.
Proof.
move=> R f N x y eta w1 N0 s1; rewrite P1_sum_holds (step0_tr _ s1); congr (_ *: _).
by apply: eq_bigr => i _; rewrite -mulmxA mul_scalar_mx.
Qed.

(* What is printed fails for f = N = 1 and x_i = w* = 1, so y_i = 1. *)
Section Printed.
Variables (R : realFieldType) (eta : R).
Hypothesis eta0 : eta != 0.
Let x : nat -> 'cV[R]_1 := fun=> 1%:M.
Let w : 'cV[R]_1 := 1%:M.
Let y (i : nat) := (w^T *m x i) 0 0.

Lemma y1 i : y i = 1. Proof. by rewrite /y tr_scalar_mx mulmx1 mxE. Qed.

Let w1 := (eta / 1%:R) *: \sum_(1 <= i < 2) x i *m ((y i)%:M : 'cV_1)^T.

Lemma w1_step : step (loss x (fun i => (y i)%:M) 1) eta 0 w1.
Proof. exact/step0. Qed.

Lemma w1_prediction : w1^T *m x 2 = eta%:M.
Proof.
rewrite (step0_tr _ w1_step) big_nat1 divr1 y1 !tr_scalar_mx !mulmx1.
by rewrite scalemx1.
Qed.

Lemma eta_neq0 : 0 != eta%:M :> 'M[R]_1.
Proof. by apply: contra eta0 => /eqP/matrixP/(_ 0 0); rewrite !mxE /= => ->. Qed.

Lemma printed_sign :
  token_output (selector 1 (P1_printed_Psi R)) (selector 1 (P1_Theta R)) (constructed x y) (P1_decay R)
    (P1_beta eta 1) 1 != w1^T *m x 2.
Proof.
rewrite w1_prediction output_selector big_nat1 y1 /P1_printed_Psi !mxE /= mulr1 scale1r scale0r addr0.
rewrite tr_scalar_mx mulmx1 /P1_beta divr1 scalemx1; apply: contra eta0 => /eqP/matrixP/(_ 0 0).
by rewrite !mxE /= !mulr1n => /eqP; rewrite eq_sym -subr_eq0 opprK -mulr2n mulrn_eq0.
Qed.
End Printed.

Lemma diagonal_output (R : comUnitRingType) f N (x : nat -> 'cV[R]_f) (y : nat -> R) (a beta : R) :
  token_output (block_mx 1%:M 0 0 0) (block_mx 0 0 0 1%:M) (constructed x y) a beta N = 0.
Proof.
rewrite /token_output; set z := token_state _ _ _ _; suff -> : z^T *m (block_mx 0 0 0 1%:M : 'M_(f + f)) = 0 by rewrite mul0mx scaler0.
have -> : z = col_mx (usubmx z) 0.
  rewrite -[LHS]vsubmxK; congr col_mx; rewrite {}/z; elim: N => [|n /= IHn]; first by rewrite linear0.
  by rewrite linearD linearZ /= IHn scaler0 add0r /constructed mul_block_col col_mxKd !mul0mx addr0.
by rewrite tr_col_mx trmx0 mul_row_block !mulmx0 mul0mx !addr0 row_mx0.
Qed.

Theorem P1_printed_diagonal_holds : P1_printed_diagonal.
Proof.
split=> [R f N x y eta|R eta eta0]; first exact: diagonal_output.
exists 1%N, 1%N, (fun=> 1%:M), 1%:M; eexists; split=> //; first exact: w1_step.
by rewrite w1_prediction eq_sym eta_neq0.
Qed.

Theorem P1_printed_sign_holds : P1_printed_sign.
Proof.
move=> R eta eta0; exists 1%N, 1%N, (fun=> 1%:M), 1%:M; eexists.
by split=> //; [exact: w1_step | exact: printed_sign].
Qed.
