(* P2 and A4 as printed. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Certificates Require Import Constructions Statements Proofs.Gradients Proofs.Layers.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.Theory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* f = 2, N = 1, x_1 = x_2 = e_1, W* takes e_1 to e_2: the state is x_1 y_1^T, and y_1^T x_2 = 0. *)
Theorem P2_printed_holds : P2_printed.
Proof.
move=> R eta eta0; exists 2%N, 1%N, (fun=> delta_mx 0 0), (delta_mx 0 1); eexists.
split=> // [|beta]; first exact/step0.
rewrite output_P2 // big_nat1 attention_xy -mulmxA trmx_mul trmxK trmx_delta.
rewrite -[X in _ *m X]mulmxA mul_delta_mx_0 // !mulmx0 scaler0 big_nat1 divr1.
rewrite !mul_delta_mx linearZ /= trmx_delta -scalemxAl mul_delta_mx.
by apply: contra eta0 => /eqP/matrixP/(_ 1 0); rewrite !mxE !eqxx mulr1 => <-.
Qed.

(* f = N = 1, x_i = 0, so y_i = 0, W_0 = 1: the step takes 1 to 1 - 2 eta, the layer to 1 - eta. *)
Theorem A4_printed_holds : A4_printed.
Proof.
move=> R eta eta0.
pose x i : 'cV[R]_1 := if i == 2%N then 1%:M else 0; pose y i : 'cV[R]_1 := 0^T *m x i.
exists 1%N, 1%N, x, 0, 1%:M; eexists.
split=> //; first by eexists; [exact: penalised_is_gradient | ].
have [EZ EZt] := P3_states x y (isT : (0 < 1)%N); rewrite [last_state _ _ (A4_Q R) _ _ _]EZ.
rewrite [last_state _ _ (A4_Q_tilde R) _ _ _]EZt last_readout_stride2 // readout_query.
rewrite /gradient /sum_yx /sum_xx !big_nat1 /x /= trmx0 !mulmx0 !mul0mx subrr !scaler0.
rewrite !mulmx1 mulr1 !tr_scalar_mx addr0 add0r scalerA linearB linearZ /= !tr_scalar_mx /A4_printed_keep divr1.
apply: contra eta0 => /eqP/matrixP/(_ 0 0); rewrite !mxE /= !mulr1 => /addrI/oppr_inj/eqP.
by rewrite mulrDr mulr1 -subr_eq0 opprD addrA subrr sub0r oppr_eq0.
Qed.
