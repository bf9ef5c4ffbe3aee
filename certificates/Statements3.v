From mathcomp Require Import all_ssreflect all_algebra.
From Certificates Require Import Constructions.
From Certificates Require Export Statements2.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* ------------------------------------------------------------------------------------------------
   10. STRIDE and HEADS: a window at every token
   ------------------------------------------------------------------------------------------------ *)

Section ToMove.
Variable R : comUnitRingType.
Definition STRIDE_gates : seq R := [:: 1; 0].
Definition STRIDE_half_Q : 'M[R]_3 := entries 3 3 [:: [:: 0; 0; 0]; [:: - (1 / 2%:R); 0; 0]; [:: 0; 0; 0]].
End ToMove.

(* STRIDE (Proposition 2, section 3.2). With a window at every token and one recurrence for all tokens, no single
   head computes one step for all data of N >= 2 samples, whatever its Q, q, beta and decays are, A i j for
   entry (i, j) of the state. The data are those of a linear model: inputs x_i and targets y_i = omega x_i. *)
Definition STRIDE : Prop :=
  forall (R : realFieldType) f N (eta : R) Q q (A : 'M[R]_f) beta, (0 < f)%N -> (1 < N)%N -> eta != 0 ->
  ~ (forall (x : nat -> 'cV[R]_f) (omega : R) W1,
     let y i := omega *: x i in
     step (loss x y N) eta 0 W1 -> head_output x y Q q A beta 1 N = W1^T *m x N.+1).

(* The recurrence with a gate: Z_(n+1) = Z_n + gate_n C Q C^T, where the gates gate_0, gate_1, .. repeat. *)
Fixpoint gated_state (R : comUnitRingType) f (s : nat -> 'cV[R]_f) Q (gates : seq R) (stride n : nat) : 'M[R]_f :=
  if n is m.+1
  then gated_state s Q gates stride m + nth 0 gates (m %% size gates)
       *: (window_number s stride m *m Q *m (window_number s stride m)^T)
  else 0.

(* STRIDE: a gate of period 2 repairs this: -(eta/N) Z C q = W_1^T x_(N+1) after the last of 2N - 1 windows. *)
Definition STRIDE_gate : Prop :=
  forall (R : realFieldType) f N (x y : nat -> 'cV[R]_f) eta W1, (0 < N)%N ->
  step (loss x y N) eta 0 W1 ->
  P2_beta eta N *: (gated_state (tokens x y) (P2_Q R) (STRIDE_gates R) 1 (windows 1 N)
                    *m last_readout x y (P2_q R) 1 N) = W1^T *m x N.+1.

(* STRIDE: and so do two heads with decays 1 and -1, each with half of Q. *)
Definition STRIDE_two_heads : Prop :=
  forall (R : realFieldType) f N (x y : nat -> 'cV[R]_f) eta W1, (0 < N)%N ->
  step (loss x y N) eta 0 W1 ->
  head_output x y (STRIDE_half_Q R) (P2_q R) (const_mx 1)     (P2_beta eta N) 1 N +
  head_output x y (STRIDE_half_Q R) (P2_q R) (const_mx (- 1)) (P2_beta eta N) 1 N = W1^T *m x N.+1.

(* H heads, each with a Q, a q and a decay of its own; their outputs are added up. *)
Definition heads_output (R : comUnitRingType) f (x y : nat -> 'cV[R]_f) H (Q : 'I_H -> 'M[R]_3)
    (q : 'I_H -> 'cV[R]_3) (a : 'I_H -> R) stride N : 'cV[R]_f :=
  \sum_h head_output x y (Q h) (q h) (const_mx (a h)) 1 stride N.

(* HEADS (beyond Proposition 2). With a window at every token and N >= 2 samples, 2N - 2 heads with any distinct
   decays that are not negative compute one step, for all data: their Q and q depend on the decays and on N. *)
Definition HEADS : Prop :=
  forall (R : realFieldType) N (a : 'I_(2 * N - 2) -> R), (1 < N)%N ->
  injective a -> (forall h, 0 <= a h) ->
  exists Q q, forall f (x y : nat -> 'cV[R]_f) eta W1,
  step (loss x y N) eta 0 W1 ->
  (eta / N%:R) *: heads_output x y Q q a 1 N = W1^T *m x N.+1.

(* HEADS: 2N - 4 distinct decays that are not negative are too few, however many heads share them, for data of
   a linear model, y_i = omega x_i. *)
Definition HEADS_decays : Prop :=
  forall (R : realFieldType) f N H (eta : R) Q q (a : 'I_H -> R), (0 < f)%N -> (2 < N)%N -> eta != 0 ->
  (forall h, 0 <= a h) -> (size (undup [seq a h | h <- enum 'I_H]) <= 2 * N - 4)%N ->
  ~ (forall (x : nat -> 'cV[R]_f) (omega : R) W1,
     let y i := omega *: x i in
     step (loss x y N) eta 0 W1 -> heads_output x y Q q a 1 N = W1^T *m x N.+1).

(* HEADS: 2N - 3 heads whose decays are not negative are too few, for any targets. *)
Definition HEADS_one_less : Prop :=
  forall (R : realFieldType) f N (eta : R) Q q (a : 'I_(2 * N - 3) -> R), (0 < f)%N -> (2 < N)%N -> eta != 0 ->
  (forall h, 0 <= a h) ->
  ~ (forall (x y : nat -> 'cV[R]_f) W1,
     step (loss x y N) eta 0 W1 -> heads_output x y Q q a 1 N = W1^T *m x N.+1).
