(* The numbers of the constructed layers. Written by `make coq` (python -m derivations.generate.coq certificates) from
   the objects of gdssm_symbolic that the claims decide; do not edit it. *)
From mathcomp Require Import all_ssreflect all_algebra.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(* A matrix from the rows of its entries. *)
Definition entries (R : ringType) m n (rows : seq (seq R)) : 'M[R]_(m, n) :=
  \matrix_(i, j) nth 0 (nth [::] rows i) j.

Section Constructions.

(* eta: learning rate; lambda: weight of a penalty; N: number of samples *)
Variables (R : comUnitRingType) (eta lambda : R) (N : nat).

(* P1: ConstructedTokenLayer *)
Definition P1_Psi : 'M[R]_(1, 2) := entries 1 2 [:: [:: - 1; 0]].
Definition P1_Theta : 'M[R]_(1, 2) := entries 1 2 [:: [:: 0; 1]].
Definition P1_decay : R := 1.
Definition P1_beta : R := - (eta / N%:R).

(* P1, as printed: ConstructedTokenLayer *)
Definition P1_printed_Psi : 'M[R]_(1, 2) := entries 1 2 [:: [:: 1; 0]].

(* P2: WindowLayer *)
Definition P2_Q : 'M[R]_3 := entries 3 3 [:: [:: 0; 0; 0]; [:: - 1; 0; 0]; [:: 0; 0; 0]].
Definition P2_q : 'cV[R]_3 := entries 3 1 [:: [:: 0]; [:: 0]; [:: 1]].
Definition P2_decay : R := 1.
Definition P2_beta : R := - (eta / N%:R).
Definition P2_stride : nat := 2.

(* P2, as printed: WindowLayer *)
Definition P2_printed_Q : 'M[R]_3 := entries 3 3 [:: [:: 0; 1; 0]; [:: 0; 0; 0]; [:: 0; 0; 0]].

(* P3: TwoHeadLayer *)
Definition P3_Q : 'M[R]_3 := entries 3 3 [:: [:: 0; 0; 0]; [:: 1; 0; 0]; [:: 0; 0; 0]].
Definition P3_Q_tilde : 'M[R]_3 := entries 3 3 [:: [:: 1; 0; 0]; [:: 0; 0; 0]; [:: 0; 0; 0]].
Definition P3_q : 'cV[R]_3 := entries 3 1 [:: [:: 0]; [:: 0]; [:: 1]].
Definition P3_decay : R := 1.
Definition P3_rate : R := - (eta / N%:R).
Definition P3_keep : R := 1.
Definition P3_stride : nat := 2.

(* P3, as printed: TwoHeadLayer *)
Definition P3_printed_Q : 'M[R]_3 := entries 3 3 [:: [:: 0; 1; 0]; [:: 0; 0; 0]; [:: 0; 0; 0]].

(* A4: TwoHeadLayer *)
Definition A4_Q : 'M[R]_3 := entries 3 3 [:: [:: 0; 0; 0]; [:: 1; 0; 0]; [:: 0; 0; 0]].
Definition A4_Q_tilde : 'M[R]_3 := entries 3 3 [:: [:: 1; 0; 0]; [:: 0; 0; 0]; [:: 0; 0; 0]].
Definition A4_q : 'cV[R]_3 := entries 3 1 [:: [:: 0]; [:: 0]; [:: 1]].
Definition A4_decay : R := 1.
Definition A4_rate : R := - (eta / N%:R).
Definition A4_keep : R := 1 - 2%:R * eta * lambda.
Definition A4_stride : nat := 2.

(* A4, as printed: TwoHeadLayer *)
Definition A4_printed_keep : R := 1 - eta / N%:R.

(* STRIDE: the gates of the windows that start at an input and at a target; half of Q, for two heads *)
Definition STRIDE_gates : seq R := [:: 1; 0].
Definition STRIDE_half_Q : 'M[R]_3 := entries 3 3 [:: [:: 0; 0; 0]; [:: - (1 / 2%:R); 0; 0]; [:: 0; 0; 0]].

End Constructions.
