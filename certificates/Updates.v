(* The updates of rows of the gallery of recurrences. Written by `make coq` (python -m derivations.generate.coq_updates
   certificates) from the files in ../recurrences; do not edit it. F_update is the update of the layer in the file F,
   and F_other_update that of the second layer, in its section [other]. The arguments are the states, and then what a
   token brings and the constants, in the order of the file; S' is the new S, and alpha_before is alpha of the token
   before. Terms and factors stand in the order of the file, but numbers before matrices. Where the states start, what
   is put out, and what is claimed is not written from the files: it is in Recurrences.v. *)
From mathcomp Require Import all_ssreflect all_algebra.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(* The entry of a matrix of size 1 x 1 *)
Definition number (R : comRingType) (A : 'M[R]_1) : R := A 0 0.

Definition linear_attention_update (R : comRingType) (d m : nat) (S : 'M[R]_(d, m)) (k : 'cV[R]_m) (v : 'cV[R]_d)
  : 'M[R]_(d, m) :=
  S + v *m k^T.

Definition deltanet_update (R : comRingType) (d m : nat) (S : 'M[R]_(d, m)) (k : 'cV[R]_m) (v : 'cV[R]_d) (beta : R)
  : 'M[R]_(d, m) :=
  S *m (1%:M - beta *: k *m k^T) + beta *: v *m k^T.

Definition deltaproduct_update (R : comRingType) (d m : nat) (S : 'M[R]_(d, m)) (k1 k2 : 'cV[R]_m) (v1 v2 : 'cV[R]_d)
  (beta1 beta2 : R) : 'M[R]_(d, m) :=
  (S *m (1%:M - beta1 *: k1 *m k1^T) + beta1 *: v1 *m k1^T) *m (1%:M - beta2 *: k2 *m k2^T) + beta2 *: v2 *m k2^T.

Definition deltaproduct_transition_update (R : comRingType) (d m : nat) (S : 'M[R]_(d, m)) (k1 k2 : 'cV[R]_m)
  (beta1 beta2 : R) : 'M[R]_(d, m) :=
  S *m ((1%:M - beta1 *: k1 *m k1^T) *m (1%:M - beta2 *: k2 *m k2^T)).

Definition deltanet_rate_dropped_update (R : comRingType) (d m : nat) (S : 'M[R]_(d, m)) (k : 'cV[R]_m) (v : 'cV[R]_d)
  (beta : R) : 'M[R]_(d, m) :=
  S *m (1%:M - beta *: k *m k^T) + v *m k^T.

Definition gated_delta_update (R : comRingType) (d m : nat) (S : 'M[R]_(d, m)) (k : 'cV[R]_m) (v : 'cV[R]_d)
  (alpha beta : R) : 'M[R]_(d, m) :=
  alpha *: S *m (1%:M - beta *: k *m k^T) + beta *: v *m k^T.

Definition kda_update (R : comRingType) (d m : nat) (S : 'M[R]_(d, m)) (k : 'cV[R]_m) (v : 'cV[R]_d) (beta : R)
  (D : 'M[R]_m) : 'M[R]_(d, m) :=
  S *m D *m (1%:M - beta *: k *m k^T) + beta *: v *m k^T.

Definition kda_diagonal_update (R : comRingType) (d m : nat) (S : 'M[R]_(d, m)) (k : 'cV[R]_m) (v : 'cV[R]_d)
  (beta : R) (g : 'cV[R]_m) : 'M[R]_(d, m) :=
  S *m diag_mx g^T *m (1%:M - beta *: k *m k^T) + beta *: v *m k^T.

Definition l2_penalty_update (R : comRingType) (d m : nat) (S : 'M[R]_(d, m)) (k : 'cV[R]_m) (v : 'cV[R]_d)
  (alpha beta : R) : 'M[R]_(d, m) :=
  alpha *: S + beta *: (v - S *m k) *m k^T.

Definition masked_step_update (R : comRingType) (d m : nat) (S : 'M[R]_(d, m)) (k : 'cV[R]_m) (v : 'cV[R]_d)
  : 'M[R]_(d, m) :=
  1 *: S *m (1%:M - 0 *: k *m k^T) + 0 *: v *m k^T.

Definition rnn_unrolled_update (R : comRingType) (d m : nat) (x : 'cV[R]_d) (u : 'cV[R]_m) (A : 'M[R]_d)
  (B : 'M[R]_(d, m)) : 'cV[R]_d :=
  A *m x + B *m u.

Definition retnet_update (R : comRingType) (d m : nat) (S : 'M[R]_(d, m)) (k : 'cV[R]_m) (v : 'cV[R]_d) (gamma : R)
  : 'M[R]_(d, m) :=
  gamma *: S + v *m k^T.

Definition retnet_normaliser_chunk_update (R : comRingType) (m : nat) (z k : 'cV[R]_m) (gamma : R) : 'cV[R]_m :=
  gamma *: z + k.

Definition momentum_update (R : comRingType) (d : nat) (U g : 'cV[R]_d) (eta theta : R) : 'cV[R]_d :=
  eta *: U - theta *: g.

Definition preconditioned_update (R : comRingType) (d m : nat) (S : 'M[R]_(d, m)) (x : 'cV[R]_m) (y : 'cV[R]_d)
  (P : 'M[R]_m) : 'M[R]_(d, m) :=
  S + y *m x^T *m P.

Definition mamba2_update (R : comRingType) (d m : nat) (S : 'M[R]_(d, m)) (k : 'cV[R]_m) (v : 'cV[R]_d) (a : R)
  : 'M[R]_(d, m) :=
  a *: S + v *m k^T.

Definition gla_diagonal_update (R : comRingType) (d m : nat) (S : 'M[R]_(d, m)) (k : 'cV[R]_m) (v : 'cV[R]_d)
  (g : 'cV[R]_m) : 'M[R]_(d, m) :=
  S *m diag_mx g^T + v *m k^T.

Definition s6_update (R : comRingType) (d m : nat) (S : 'M[R]_(d, m)) (k : 'cV[R]_m) (v : 'cV[R]_d) (delta : R)
  : 'M[R]_(d, m) :=
  (1 - delta) *: S + delta *: v *m k^T.

Definition ttt_minibatch_update (R : comRingType) (d m B : nat) (W : 'M[R]_(d, m)) (k : nat -> 'cV[R]_m)
  (v : nat -> 'cV[R]_d) (eta : R) : 'M[R]_(d, m) :=
  W - (2%:R * eta) *: (\sum_(1 <= j < B.+1) (W *m k j - v j) *m (k j)^T).

Definition ttt_minibatch_half_rate_update (R : comRingType) (d m B : nat) (W : 'M[R]_(d, m)) (k : nat -> 'cV[R]_m)
  (v : nat -> 'cV[R]_d) (eta : R) : 'M[R]_(d, m) :=
  W - eta *: (\sum_(1 <= j < B.+1) (W *m k j - v j) *m (k j)^T).

Definition heavy_ball_update (R : comRingType) (d m : nat) (SU : 'M[R]_(d, m) * 'M[R]_(d, m)) (k : 'cV[R]_m)
  (v : 'cV[R]_d) (eta theta : R) : 'M[R]_(d, m) * 'M[R]_(d, m) :=
  let S := SU.1 in let U := SU.2 in
  let U' := eta *: U - theta *: (S *m k - v) *m k^T in
  let S' := S + U' in
  (S', U').

Definition titans_update (R : comRingType) (d m : nat) (MU : 'M[R]_(d, m) * 'M[R]_(d, m)) (k : 'cV[R]_m)
  (v : 'cV[R]_d) (alpha eta theta : R) : 'M[R]_(d, m) * 'M[R]_(d, m) :=
  let M := MU.1 in let U := MU.2 in
  let U' := eta *: U - theta *: (M *m k - v) *m k^T in
  let M' := (1 - alpha) *: M + U' in
  (M', U').

Definition longhorn_update (R : comUnitRingType) (d m : nat) (S : 'M[R]_(d, m)) (k : 'cV[R]_m) (v : 'cV[R]_d)
  (beta : R) : 'M[R]_(d, m) :=
  S + (beta / (1 + beta * number (k^T *m k))) *: (v - S *m k) *m k^T.

Definition longhorn_sign_update (R : comUnitRingType) (d m : nat) (S : 'M[R]_(d, m)) (k : 'cV[R]_m) (v : 'cV[R]_d)
  (beta : R) : 'M[R]_(d, m) :=
  S + (beta / (1 - beta * number (k^T *m k))) *: (v - S *m k) *m k^T.

Definition mesa_missing_denominator_update (R : comRingType) (m : nat) (P : 'M[R]_m) (k : 'cV[R]_m) : 'M[R]_m :=
  P - P *m k *m k^T *m P.

Definition mesanet_first_step_update (R : comUnitRingType) (m : nat) (Hx : 'M[R]_m * 'cV[R]_m) (k q : 'cV[R]_m)
  (lambda : R) : 'M[R]_m * 'cV[R]_m :=
  let H := Hx.1 in let x := Hx.2 in
  let H' := H + k *m k^T in
  let x' := (number (q^T *m q) / number (q^T *m (H' + lambda *: 1%:M) *m q)) *: q in
  (H', x').

Definition ridge_update (R : comUnitRingType) (d m : nat) (PW : 'M[R]_m * 'M[R]_(d, m)) (k : 'cV[R]_m) (v : 'cV[R]_d)
  : 'M[R]_m * 'M[R]_(d, m) :=
  let P := PW.1 in let W := PW.2 in
  let P' := P - (1 + number (k^T *m P *m k))^-1 *: (P *m k *m k^T *m P) in
  let W' := W + (v - W *m k) *m k^T *m P' in
  (P', W').

Definition newton_schulz_update (R : comRingType) (m : nat) (X A : 'M[R]_m) : 'M[R]_m :=
  X *m (2%:R *: 1%:M - A *m X).

Definition gd_plus_plus_update (R : comRingType) (m n : nat) (X : 'M[R]_(m, n)) (gamma : R) : 'M[R]_(m, n) :=
  (1%:M - gamma *: X *m X^T) *m X.

Definition wy_update (R : comRingType) (m : nat) (P : 'M[R]_m) (k : 'cV[R]_m) (beta : R) : 'M[R]_m :=
  P *m (1%:M - beta *: k *m k^T).

Definition gla_chunk_update (R : comRingType) (d m : nat) (S : 'M[R]_(d, m)) (k : 'cV[R]_m) (v : 'cV[R]_d)
  (D : 'M[R]_m) : 'M[R]_(d, m) :=
  S *m D + v *m k^T.

Definition mesa_update (R : comUnitRingType) (m : nat) (P : 'M[R]_m) (k : 'cV[R]_m) : 'M[R]_m :=
  P - (1 + number (k^T *m P *m k))^-1 *: (P *m k *m k^T *m P).

Definition mesa_other_update (R : comRingType) (m : nat) (Lambda : 'M[R]_m) (k : 'cV[R]_m) : 'M[R]_m :=
  Lambda + k *m k^T.

Definition deltanet_error_form_other_update (R : comRingType) (d m : nat) (M : 'M[R]_(d, m)) (k : 'cV[R]_m)
  (v : 'cV[R]_d) (beta : R) : 'M[R]_(d, m) :=
  M + beta *: (v - M *m k) *m k^T.

Definition deltanet_rows_other_update (R : comRingType) (d m : nat) (M : 'M[R]_(m, d)) (k : 'cV[R]_m) (v : 'cV[R]_d)
  (beta : R) : 'M[R]_(m, d) :=
  M + beta *: k *m (v - M^T *m k)^T.

Definition gated_delta_error_at_old_state_other_update (R : comRingType) (d m : nat) (M : 'M[R]_(d, m)) (k : 'cV[R]_m)
  (v : 'cV[R]_d) (alpha beta : R) : 'M[R]_(d, m) :=
  alpha *: M + beta *: (v - M *m k) *m k^T.

Definition titans_two_steps_back_other_update (R : comRingType) (d m : nat) (WN : 'M[R]_(d, m) * 'M[R]_(d, m))
  (k : 'cV[R]_m) (v : 'cV[R]_d) (alpha alpha_before eta theta : R) : 'M[R]_(d, m) * 'M[R]_(d, m) :=
  let W := WN.1 in let N := WN.2 in
  let W' := (1 - alpha) *: W + eta *: (W - (1 - alpha_before) *: N) - theta *: (W *m k - v) *m k^T in
  let N' := W in
  (W', N').

Definition wy_other_update (R : comRingType) (m : nat) (wF : 'cV[R]_m * 'M[R]_m) (k : 'cV[R]_m) (beta : R)
  : 'cV[R]_m * 'M[R]_m :=
  let w := wF.1 in let F := wF.2 in
  let w' := beta *: (k - F *m k) in
  let F' := F + w' *m k^T in
  (w', F').

Definition wy_sign_other_update (R : comRingType) (m : nat) (wF : 'cV[R]_m * 'M[R]_m) (k : 'cV[R]_m) (beta : R)
  : 'cV[R]_m * 'M[R]_m :=
  let w := wF.1 in let F := wF.2 in
  let w' := beta *: (k + F *m k) in
  let F' := F + w' *m k^T in
  (w', F').
