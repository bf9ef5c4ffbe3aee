(* P2, P3 and A4 as printed. *)
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

(* f = 2, N = 1, x_1 = x_2 = e_1, W* takes e_1 to e_2: Z adds up x_1 y_1^T, and y_1^T x_2 = 0. *)
Theorem P3_printed_holds : P3_printed.
Proof.
move=> R eta eta0; exists 2%N, 1%N, (fun=> delta_mx 0 0), (delta_mx 0 1); eexists.
split=> //; first exact/step0.
rewrite last_state_stride2 // sum_decay1 big_nat1 attention_xy last_readout_stride2 // readout_query.
rewrite /printed_layers /= trmx0 mul0mx sub0r add0r scalerN /P3_rate scaleNr opprK divr1.
rewrite -scalemxAl -mulmxA trmx_mul trmxK trmx_delta -[X in _ *m X]mulmxA mul_delta_mx_0 // !mulmx0 scaler0.
rewrite big_nat1 !mul_delta_mx linearZ /= trmx_delta -scalemxAl mul_delta_mx.
by apply: contra eta0 => /eqP/matrixP/(_ 1 0); rewrite !mxE !eqxx mulr1 => <-.
Qed.

(* f = 2, N = 1, x_1 = x_2 = e_2, y_1 = 0, W_0 = e_2 e_1^T: W_0 x = 0 and W_0^T x = e_1. *)
Theorem P3_printed_transpose_holds : P3_printed_transpose.
Proof.
move=> R eta eta0; pose x (i : nat) : 'cV[R]_2 := delta_mx 1 0; pose W0 : 'M[R]_2 := delta_mx 1 0.
exists 2%N, 1%N, x, 0, W0; pose y (i : nat) : 'cV[R]_2 := 0^T *m x i.
exists (W0 - eta *: gradient 1 x y 0 W0).
have s1 : step (loss x y 1) eta W0 (W0 - eta *: gradient 1 x y 0 W0).
  by eexists; first exact: loss_is_gradient.
have [EZ EZt] := P3_states x y (isT : (0 < 1)%N); cbv zeta beta.
have EW : (W0 - eta *: gradient 1 x y 0 W0)^T *m x 2%N = (1 - eta) *: delta_mx 0 0.
  rewrite /gradient big_nat1 invr1 scale1r mulr0 scale0r addr0 /y trmx0 mul0mx subr0 linearB linearZ /=.
  by rewrite trmx_mul trmxK !trmx_delta !mul_delta_mx mulmxBl -scalemxAl !mul_delta_mx scalerBl scale1r.
have e0 : (delta_mx 0 0 : 'cV[R]_2) != 0.
  by apply/eqP => /matrixP/(_ 0 0)/eqP; rewrite !mxE !eqxx oner_eq0.
split; [by [] | exact: s1 | |]; rewrite EW [last_state _ _ (P3_Q R) _ _ _]EZ;
  rewrite [last_state _ _ (P3_Q_tilde R) _ _ _]EZt last_readout_stride2 // readout_query;
  rewrite /sum_yx /sum_xx !big_nat1 /printed_layers /= /y trmx0 !mul0mx !subr0 /P3_rate divr1 ?trmxK;
  rewrite !trmx_delta !mul_delta_mx.
  rewrite mulmxDl -scalemxAl mul_delta_mx_0 // mul_delta_mx add0r -subr_eq0 -scalerBl.
  by rewrite opprB addrA addNr add0r scaleN1r oppr_eq0.
rewrite mul_delta_mx_0 // scaler0 addr0 mul_delta_mx -subr_eq0 -{1}[delta_mx _ _]scale1r -scalerBl.
by rewrite opprB addrC subrK scaler_eq0 (negPf eta0).
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
