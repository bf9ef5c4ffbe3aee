(* What is certified, without proofs: the definitions, and one proposition for each claim. Proofs/ proves
   them, and Certified.v holds the two against each other. Nothing below needs a tactic to be read.

   Notation of MathComp
     'M[R]_(m, n), 'M[R]_n, 'cV[R]_n     matrices of size m x n and n x n, column vectors of size n, over R
     A *m B, A^T, c *: A, c%:M, 1%:M     product, transpose, a scalar times A, c times the identity, the identity
     A i j, v i 0                        an entry of a matrix, of a column vector
     \sum_(1 <= i < N.+1) F i            the sum of F i over i = 1 .. N;   \sum_i F i: over the whole range of i
     \matrix_(i, j) F i j                the matrix with these entries
     col_mx A B, row_mx A B              [A; B], A above B;   [A  B], A beside B
     n.+1, n.-1, n./2                    n + 1, n - 1, n/2 rounded down
     n%:R                                the natural number n as an element of R
     a / b, b^-1                         in R;   b^-1 is b where b has no inverse, so 1/0 = 0
     if odd k then a else b              what it says
     realFieldType, fieldType            ordered fields (think of the reals), fields
     comUnitRingType                     commutative rings in which elements may have inverses

   Samples are numbered from 1, as in the paper: inputs x 1, x 2, .. and targets y 1, y 2, ..;
   with N samples in the context the query is x (N + 1). Windows and layers are numbered from 0. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Certificates Require Import Constructions.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* ------------------------------------------------------------------------------------------------
   1. Layers, from their parameters alone
   ------------------------------------------------------------------------------------------------ *)
Section Layers.
Variable R : comUnitRingType.

(* The tokens x_1, y_1, x_2, y_2, .., as one sequence whose positions k are 1, 2, 3, ..
   (section 3.2, Eqs. 19-20). *)
Definition tokens f (x y : nat -> 'cV[R]_f) (k : nat) : 'cV[R]_f :=
  if odd k then x k./2.+1 else y k./2.

(* C = [s_k  s_(k+1)  s_(k+2)]: three tokens from position k on, as columns (Eq. 21). *)
Definition window f (s : nat -> 'cV[R]_f) (k : nat) : 'M[R]_(f, 3) :=
  \matrix_(i, j) s (k + j)%N i 0.

(* The number n of window, 0, 1, 2, .., begins at position 1 + stride n. *)
Definition window_number f (s : nat -> 'cV[R]_f) (stride n : nat) : 'M[R]_(f, 3) :=
  window s (1 + stride * n).

(* The product entry by entry: every entry of a state has a decay of its own (Eq. 3). *)
Definition entrywise f (A Z : 'M[R]_f) : 'M[R]_f := \matrix_(i, j) (A i j * Z i j).

(* Z_0 = 0,  Z_(n+1) = A . Z_n + C Q C^T, where C is window n (Eqs. 17, 21; C Q C^T is section 3.2's local
   linear attention). const_mx a is the same decay a for all entries. *)
Fixpoint state f (s : nat -> 'cV[R]_f) (Q : 'M[R]_3) (A : 'M[R]_f) (stride n : nat) : 'M[R]_f :=
  if n is m.+1
  then entrywise A (state s Q A stride m)
       + window_number s stride m *m Q *m (window_number s stride m)^T
  else 0.

(* How many windows there are in the 2N + 1 tokens of N samples and the query: N for stride 2, 2N - 1 for
   stride 1. *)
Definition windows (stride N : nat) : nat := ((2 * N - 2) %/ stride).+1.

(* The state after the last window, and C q for the last window. *)
Definition last_state f (x y : nat -> 'cV[R]_f) Q A stride N : 'M[R]_f :=
  state (tokens x y) Q A stride (windows stride N).
Definition last_readout f (x y : nat -> 'cV[R]_f) (q : 'cV[R]_3) stride N : 'cV[R]_f :=
  window_number (tokens x y) stride (windows stride N).-1 *m q.

(* One head: o = beta Z C q after the last window (Eq. 18 and the text after Eq. 21). *)
Definition head_output f (x y : nat -> 'cV[R]_f) Q q A beta stride N : 'cV[R]_f :=
  beta *: (last_state x y Q A stride N *m last_readout x y q stride N).

(* L layers of two heads (A.2): V_0 = V0,  V_l = keep V_(l-1) + rate (V_(l-1) Zt - Z),  l = 1 .. L. *)
Definition layers g f (Z : 'M[R]_(g, f)) (Zt : 'M[R]_f) (keep rate : R) (V0 : 'M[R]_(g, f)) L : 'M[R]_(g, f) :=
  iter L (fun V => keep *: V + rate *: (V *m Zt - Z)) V0.

(* Proposition 1's tokens c_t = [x_t y_t; x_(t+1)], of size 2f, and its recurrence z_0 = 0,
   z_t = a z_(t-1) + P c_t, o = beta z_t^T T c_t (Eqs. 12-16). *)
Definition constructed f (x : nat -> 'cV[R]_f) (y : nat -> R) (t : nat) : 'cV[R]_(f + f) :=
  col_mx (y t *: x t) (x t.+1).
Fixpoint token_state m k (P : 'M[R]_(k, m)) (c : nat -> 'cV[R]_m) (a : R) (t : nat) : 'cV[R]_k :=
  if t is u.+1 then a *: token_state P c a u + P *m c t else 0.
Definition token_output m k (P T : 'M[R]_(k, m)) (c : nat -> 'cV[R]_m) (a beta : R) t : 'M[R]_1 :=
  beta *: ((token_state P c a t)^T *m T *m c t).

(* [p_1 I  p_2 I], of size f x 2f *)
Definition selector f (p : 'M[R]_(1, 2)) : 'M[R]_(f, f + f) := row_mx (p 0 0)%:M (p 0 1)%:M.

(* The k-th power of a square matrix *)
Definition power n (B : 'M[R]_n) (k : nat) : 'M[R]_n := iter k (mulmx B) 1%:M.

End Layers.

(* ------------------------------------------------------------------------------------------------
   2. Losses, and gradient descent, from the loss alone
   ------------------------------------------------------------------------------------------------ *)
Section Losses.
Variable R : comUnitRingType.

Definition sqnorm n (v : 'cV[R]_n) : R := \sum_i v i 0 ^+ 2.

(* The loss of N samples, 1/(2N) sum_i |W^T x_i - y_i|^2 (Eqs. 8, 22). *)
Definition loss f g (x : nat -> 'cV[R]_f) (y : nat -> 'cV[R]_g) N (W : 'M[R]_(f, g)) : R :=
  (2 * N)%:R^-1 * \sum_(1 <= i < N.+1) sqnorm (W^T *m x i - y i).

(* The same, with lambda |W|^2 added (A.4); |W|^2 is the sum of the squares of all entries. *)
Definition penalised_loss f g (x : nat -> 'cV[R]_f) (y : nat -> 'cV[R]_g) N lambda (W : 'M[R]_(f, g)) : R :=
  loss x y N W + lambda * \sum_i \sum_j W i j ^+ 2.

(* <A, B>, the sum of A_ij B_ij *)
Definition inner m n (A B : 'M[R]_(m, n)) : R := \sum_i \sum_j A i j * B i j.

End Losses.

Section Descent.
Variable R : realFieldType.

(* G is the gradient of F at W: in every direction H the derivative of F is <G, H>. That is, for every e > 0
   there is d > 0 such that |F(W + sH) - F(W) - s<G, H>| <= e |s| for all s with |s| < d. *)
Definition is_gradient f g (F : 'M[R]_(f, g) -> R) (W G : 'M[R]_(f, g)) : Prop :=
  forall H e, 0 < e -> exists2 d, 0 < d & forall s, `|s| < d ->
    `|F (W + s *: H) - F W - s * inner G H| <= e * `|s|.

(* One step of gradient descent of rate eta, from W to W1; and steps W_0, W_1, W_2, .. *)
Definition step f g (F : 'M[R]_(f, g) -> R) (eta : R) (W W1 : 'M[R]_(f, g)) : Prop :=
  exists2 G, is_gradient F W G & W1 = W - eta *: G.
Definition descent f g (F : 'M[R]_(f, g) -> R) (eta : R) (W : nat -> 'M[R]_(f, g)) : Prop :=
  forall l, step F eta (W l) (W l.+1).

End Descent.

(* ------------------------------------------------------------------------------------------------
   3. Gradients exist, are what one expects, and there is only one
   ------------------------------------------------------------------------------------------------ *)

(* P1 P2 P3: the gradient of the loss. G is a gradient of the loss at W if and only if
   G = (1/N) sum_i x_i (W^T x_i - y_i)^T. *)
Definition loss_gradient : Prop :=
  forall (R : realFieldType) f g N (x : nat -> 'cV[R]_f) (y : nat -> 'cV[R]_g) W G,
  is_gradient (loss x y N) W G <->
  G = N%:R^-1 *: \sum_(1 <= i < N.+1) x i *m (W^T *m x i - y i)^T.

(* A4: the gradient of the penalised loss has 2 lambda W added. *)
Definition penalised_gradient : Prop :=
  forall (R : realFieldType) f g N (x : nat -> 'cV[R]_f) (y : nat -> 'cV[R]_g) lambda W G,
  is_gradient (penalised_loss x y N lambda) W G <->
  G = N%:R^-1 *: (\sum_(1 <= i < N.+1) x i *m (W^T *m x i - y i)^T) + (2%:R * lambda) *: W.

(* P1 P2 P3 A4: exactly, over any commutative ring in which 2N has an inverse, and with this G,
   loss(W + H) = loss(W) + <G, H> + 1/(2N) sum_i |H^T x_i|^2 + lambda |H|^2. *)
Definition loss_expansion : Prop :=
  forall (R : comUnitRingType) f g N (x : nat -> 'cV[R]_f) (y : nat -> 'cV[R]_g) lambda W H,
  (2 * N)%:R \is a @GRing.unit R ->
  let G := N%:R^-1 *: (\sum_(1 <= i < N.+1) x i *m (W^T *m x i - y i)^T) + (2%:R * lambda) *: W in
  penalised_loss x y N lambda (W + H) =
  penalised_loss x y N lambda W + inner G H
  + ((2 * N)%:R^-1 * (\sum_(1 <= i < N.+1) sqnorm (H^T *m x i)) + lambda * \sum_i \sum_j H i j ^+ 2).

(* ------------------------------------------------------------------------------------------------
   4. The claims
   ------------------------------------------------------------------------------------------------ *)

(* P1 (Proposition 1, Eqs. 7-16). Scalar targets, constructed tokens, one step from 0:
   -(eta/N) z_N^T Theta c_N = w_1^T x_(N+1). *)
Definition P1 : Prop :=
  forall (R : realFieldType) f N (x : nat -> 'cV[R]_f) (y : nat -> R) eta w1, (0 < N)%N ->
  step (loss x (fun i => (y i)%:M) N) eta 0 w1 ->
  token_output (selector f (P1_Psi R)) (selector f (P1_Theta R)) (constructed x y) (P1_decay R)
    (P1_beta eta N) N = w1^T *m x N.+1.

(* P1: the same layer over any commutative ring, as a sum: (eta/N) sum_i y_i x_i^T x_(N+1). *)
Definition P1_sum : Prop :=
  forall (R : comUnitRingType) f N (x : nat -> 'cV[R]_f) (y : nat -> R) eta,
  token_output (selector f (P1_Psi R)) (selector f (P1_Theta R)) (constructed x y) (P1_decay R)
    (P1_beta eta N) N = (eta / N%:R) *: \sum_(1 <= i < N.+1) (y i *: ((x i)^T *m x N.+1)).

(* P2 (Proposition 2, section 3.2, A.1, Eqs. 17-23). Vector targets, windows, one step from 0:
   -(eta/N) Z_N C_N q = W_1^T x_(N+1). *)
Definition P2 : Prop :=
  forall (R : realFieldType) f N (x y : nat -> 'cV[R]_f) eta W1, (0 < N)%N ->
  step (loss x y N) eta 0 W1 ->
  head_output x y (P2_Q R) (P2_q R) (const_mx (P2_decay R)) (P2_beta eta N) P2_stride N = W1^T *m x N.+1.

(* P2: the same layer over any commutative ring, as a sum: (eta/N) sum_i y_i x_i^T x_(N+1). *)
Definition P2_sum : Prop :=
  forall (R : comUnitRingType) f N (x y : nat -> 'cV[R]_f) eta, (0 < N)%N ->
  head_output x y (P2_Q R) (P2_q R) (const_mx (P2_decay R)) (P2_beta eta N) P2_stride N =
  (eta / N%:R) *: \sum_(1 <= i < N.+1) (y i *m (x i)^T *m x N.+1).

(* P3 (Proposition 3, section 3.3, A.2). L layers of two heads, L steps from any W_0:
   V_L C_N q = W_L^T x_(N+1), where V_0 = W_0^T. *)
Definition P3 : Prop :=
  forall (R : realFieldType) f N (x y : nat -> 'cV[R]_f) eta W L, (0 < N)%N ->
  descent (loss x y N) eta W ->
  let Z  := last_state x y (P3_Q R)       (const_mx (P3_decay R)) P3_stride N in
  let Zt := last_state x y (P3_Q_tilde R) (const_mx (P3_decay R)) P3_stride N in
  layers Z Zt (P3_keep R) (P3_rate eta N) (W 0%N)^T L *m last_readout x y (P3_q R) P3_stride N
  = (W L)^T *m x N.+1.

(* P3: what the layers compute, over any commutative ring, in closed form (A.2):
   V_L = V_0 B^L + (eta/N) Z sum_(k<L) B^k with B = I - (eta/N) Zt, and the states are
   Z = sum_i y_i x_i^T, Zt = sum_i x_i x_i^T. *)
Definition P3_closed_form : Prop :=
  forall (R : comUnitRingType) f N (x y : nat -> 'cV[R]_f) eta V0 L, (0 < N)%N ->
  let Z  := last_state x y (P3_Q R)       (const_mx (P3_decay R)) P3_stride N in
  let Zt := last_state x y (P3_Q_tilde R) (const_mx (P3_decay R)) P3_stride N in
  let B  := 1%:M - (eta / N%:R) *: Zt in
  [/\ Z = \sum_(1 <= i < N.+1) y i *m (x i)^T, Zt = \sum_(1 <= i < N.+1) x i *m (x i)^T
    & layers Z Zt (P3_keep R) (P3_rate eta N) V0 L =
      V0 *m power B L + (eta / N%:R) *: (Z *m \sum_(k < L) power B k)].

(* P3: so L steps of gradient descent in closed form, for any sizes of input and target. *)
Definition P3_descent_closed_form : Prop :=
  forall (R : realFieldType) f g N (x : nat -> 'cV[R]_f) (y : nat -> 'cV[R]_g) eta W L,
  descent (loss x y N) eta W ->
  let B := 1%:M - (eta / N%:R) *: \sum_(1 <= i < N.+1) x i *m (x i)^T in
  (W L)^T = (W 0%N)^T *m power B L
          + (eta / N%:R) *: ((\sum_(1 <= i < N.+1) y i *m (x i)^T) *m \sum_(k < L) power B k).

(* A4 (section 3.3, A.4). With the penalty lambda |W|^2 each layer keeps (1 - 2 eta lambda) V_(l-1):
   V_L C_N q = W_L^T x_(N+1). *)
Definition A4 : Prop :=
  forall (R : realFieldType) f N (x y : nat -> 'cV[R]_f) eta lambda W L, (0 < N)%N ->
  descent (penalised_loss x y N lambda) eta W ->
  let Z  := last_state x y (A4_Q R)       (const_mx (A4_decay R)) A4_stride N in
  let Zt := last_state x y (A4_Q_tilde R) (const_mx (A4_decay R)) A4_stride N in
  layers Z Zt (A4_keep eta lambda) (A4_rate eta N) (W 0%N)^T L *m last_readout x y (A4_q R) A4_stride N
  = (W L)^T *m x N.+1.

(* ------------------------------------------------------------------------------------------------
   5. As printed: what does not hold. In each case there are data of a linear model, y_i = W*^T x_i.
   ------------------------------------------------------------------------------------------------ *)

(* P1, as printed (reading P1.2): Psi and Theta are square and diagonal, so the output is 0. *)
Definition P1_printed_diagonal : Prop :=
  forall (R : realFieldType) (eta : R), eta != 0 ->
  exists f N (x : nat -> 'cV[R]_f) (w : 'cV[R]_f) w1,
  let y i := (w^T *m x i) 0 0 in
  [/\ (0 < N)%N, step (loss x (fun i => (y i)%:M) N) eta 0 w1
    & token_output (block_mx 1%:M 0 0 0) (block_mx 0 0 0 1%:M) (constructed x y) (P1_decay R)
        (P1_beta eta N) N != w1^T *m x N.+1].

(* P1, as printed (reading P1.3): the state accumulates +x_t y_t, and the sign is wrong. *)
Definition P1_printed_sign : Prop :=
  forall (R : realFieldType) (eta : R), eta != 0 ->
  exists f N (x : nat -> 'cV[R]_f) (w : 'cV[R]_f) w1,
  let y i := (w^T *m x i) 0 0 in
  [/\ (0 < N)%N, step (loss x (fun i => (y i)%:M) N) eta 0 w1
    & token_output (selector f (P1_printed_Psi R)) (selector f (P1_Theta R)) (constructed x y) (P1_decay R)
        (P1_beta eta N) N != w1^T *m x N.+1].

(* P2, as printed (readings P2.1, P2.2): with Q = e_1 e_2^T no factor beta makes it right; -(eta/N) is one. *)
Definition P2_printed : Prop :=
  forall (R : realFieldType) (eta : R), eta != 0 ->
  exists f N (x : nat -> 'cV[R]_f) (W : 'M[R]_f) W1,
  let y i := W^T *m x i in
  [/\ (0 < N)%N, step (loss x y N) eta 0 W1
    & forall beta, head_output x y (P2_printed_Q R) (P2_q R) (const_mx (P2_decay R)) beta P2_stride N
                   != W1^T *m x N.+1].

(* A4, as printed (reading A4.1): V_l = V_(l-1) - (eta/N) (V_(l-1) Zt - Z + V_(l-1)) is not a step on the loss
   with the penalty |W|^2; the data have y_i = 0, which W* = 0 gives. *)
Definition A4_printed : Prop :=
  forall (R : realFieldType) (eta : R), eta != 0 ->
  exists f N (x : nat -> 'cV[R]_f) (Wstar W0 W1 : 'M[R]_f),
  let y i := Wstar^T *m x i in
  let Z  := last_state x y (A4_Q R)       (const_mx (A4_decay R)) A4_stride N in
  let Zt := last_state x y (A4_Q_tilde R) (const_mx (A4_decay R)) A4_stride N in
  [/\ (0 < N)%N, step (penalised_loss x y N 1) eta W0 W1
    & layers Z Zt (A4_printed_keep eta N) (A4_rate eta N) W0^T 1 *m last_readout x y (A4_q R) A4_stride N
      != W1^T *m x N.+1].
