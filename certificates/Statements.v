(* What is certified, without proofs: the definitions, and one proposition for each claim. Proofs/ proves
   them, and Certified.v holds the two against each other. Nothing below needs a tactic to be read.

   Sections 1 to 4 are the paper's Propositions 1 to 3 and A.4, and can be read in ten minutes. 5 refutes what is
   printed for them; 6 to 9 go further, and 9 has Proposition 4, with its refutation; 10 and 11 say what is impossible;
   12 is about expected errors. Where a comment says NOT certified, what it speaks of has no proof here.

   Notation of MathComp in sections 1 to 4
     'M[R]_(m, n), 'M[R]_n, 'cV[R]_n     matrices of size m x n and n x n, column vectors of size n, over R
     A *m B, A^T, c *: A, c%:M, 1%:M     product, transpose, a scalar times A, c times the identity, the identity
     A i j, v i 0, \matrix_(i, j) F i j  an entry of a matrix, of a column vector; the matrix with these entries
     col_mx A B, row_mx A B, const_mx a  [A; B], A above B;   [A  B], A beside B;   all entries are a
     \sum_(1 <= i < N.+1) F i            the sum over i = 1 .. N;   \sum_(k < L): k = 0 .. L - 1;   \sum_i: all i
     n.+1, n.-1, n./2, n %/ d, n%:R      n + 1, n - 1, n/2 and n/d rounded down;   the number n as an element of R
     a / b, b^-1                         in R;   b^-1 is b where b has no inverse: 1/0 = 0, and eta / N is eta N there
     W 0%N, (0 < N)%N                    %N: of natural numbers, where it could be of R
     if n is m.+1 then a else b          recursion over n;   iter L F V: F applied L times to V
     let y i := .. in, exists2 G, P & Q  local definitions;   there is a G with P and Q;   [/\ P, Q & R]: all hold
     realFieldType                       ordered fields (think of the reals)
     comUnitRingType, a \is a GRing.unit commutative rings in which elements may have inverses;   a has one

   A theorem for all ordered fields holds for the reals; one for all rings holds for them and for many others.
   What follows a multiplied sum is multiplied too: c *: \sum_i F i + G reads c *: (\sum_i F i + G); where that
   is not meant, there are parentheses.

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
   linear attention). const_mx a is the same decay a for all entries. In Eq. 3 the decays A may depend on the
   input; every layer that the paper constructs has A = 1, so here A does not depend on the data. *)
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
   3. Gradients exist, are what one expects, and there is only one. Those of the other losses are in 6 and 9.
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

(* P1 P2 P3 A4 (P1.T4, P2.T4, P3.T4, A4.T3): exactly, over any commutative ring in which 2N has an inverse, and with
   this G,  loss(W + H) = loss(W) + <G, H> + 1/(2N) sum_i |H^T x_i|^2 + lambda |H|^2. *)
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

(* P1 (Proposition 1, Eqs. 7-16; P1.T1). Scalar targets, constructed tokens, one step from 0:
   -(eta/N) z_N^T Theta c_N = w_1^T x_(N+1). *)
Definition P1 : Prop :=
  forall (R : realFieldType) f N (x : nat -> 'cV[R]_f) (y : nat -> R) eta w1, (0 < N)%N ->
  step (loss x (fun i => (y i)%:M) N) eta 0 w1 ->
  token_output (selector f (P1_Psi R)) (selector f (P1_Theta R)) (constructed x y) (P1_decay R)
    (P1_beta eta N) N = w1^T *m x N.+1.

(* P1 (P1.T12): the same layer over any commutative ring, as a sum: (eta/N) sum_i y_i x_i^T x_(N+1). *)
Definition P1_sum : Prop :=
  forall (R : comUnitRingType) f N (x : nat -> 'cV[R]_f) (y : nat -> R) eta,
  token_output (selector f (P1_Psi R)) (selector f (P1_Theta R)) (constructed x y) (P1_decay R)
    (P1_beta eta N) N = (eta / N%:R) *: \sum_(1 <= i < N.+1) (y i *: ((x i)^T *m x N.+1)).

(* P2 (Proposition 2, section 3.2, A.1, Eqs. 17-23; P2.T1). Vector targets, windows, one step from 0:
   -(eta/N) Z_N C_N q = W_1^T x_(N+1). *)
Definition P2 : Prop :=
  forall (R : realFieldType) f N (x y : nat -> 'cV[R]_f) eta W1, (0 < N)%N ->
  step (loss x y N) eta 0 W1 ->
  head_output x y (P2_Q R) (P2_q R) (const_mx (P2_decay R)) (P2_beta eta N) P2_stride N = W1^T *m x N.+1.

(* P2 (P2.T11): the same layer over any commutative ring, as a sum: (eta/N) sum_i y_i x_i^T x_(N+1). *)
Definition P2_sum : Prop :=
  forall (R : comUnitRingType) f N (x y : nat -> 'cV[R]_f) eta, (0 < N)%N ->
  head_output x y (P2_Q R) (P2_q R) (const_mx (P2_decay R)) (P2_beta eta N) P2_stride N =
  (eta / N%:R) *: \sum_(1 <= i < N.+1) (y i *m (x i)^T *m x N.+1).

(* P3 (Proposition 3, section 3.3, A.2; P3.T1). L layers of two heads, L steps from any W_0:
   V_L C_N q = W_L^T x_(N+1), where V_0 = W_0^T. *)
Definition P3 : Prop :=
  forall (R : realFieldType) f N (x y : nat -> 'cV[R]_f) eta W L, (0 < N)%N ->
  descent (loss x y N) eta W ->
  let Z  := last_state x y (P3_Q R)       (const_mx (P3_decay R)) P3_stride N in
  let Zt := last_state x y (P3_Q_tilde R) (const_mx (P3_decay R)) P3_stride N in
  layers Z Zt (P3_keep R) (P3_rate eta N) (W 0%N)^T L *m last_readout x y (P3_q R) P3_stride N
  = (W L)^T *m x N.+1.

(* P3 (P3.T8): what the layers compute, over any commutative ring, in closed form (A.2):
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

(* P3 (P3.T2): so L steps of gradient descent in closed form, for any sizes of input and target. *)
Definition P3_descent_closed_form : Prop :=
  forall (R : realFieldType) f g N (x : nat -> 'cV[R]_f) (y : nat -> 'cV[R]_g) eta W L,
  descent (loss x y N) eta W ->
  let B := 1%:M - (eta / N%:R) *: \sum_(1 <= i < N.+1) x i *m (x i)^T in
  (W L)^T = (W 0%N)^T *m power B L
          + (eta / N%:R) *: ((\sum_(1 <= i < N.+1) y i *m (x i)^T) *m \sum_(k < L) power B k).

(* A4 (section 3.3, A.4; A4.T1). With the penalty lambda |W|^2 each layer keeps (1 - 2 eta lambda) V_(l-1):
   V_L C_N q = W_L^T x_(N+1). *)
Definition A4 : Prop :=
  forall (R : realFieldType) f N (x y : nat -> 'cV[R]_f) eta lambda W L, (0 < N)%N ->
  descent (penalised_loss x y N lambda) eta W ->
  let Z  := last_state x y (A4_Q R)       (const_mx (A4_decay R)) A4_stride N in
  let Zt := last_state x y (A4_Q_tilde R) (const_mx (A4_decay R)) A4_stride N in
  layers Z Zt (A4_keep eta lambda) (A4_rate eta N) (W 0%N)^T L *m last_readout x y (A4_q R) A4_stride N
  = (W L)^T *m x N.+1.

(* ------------------------------------------------------------------------------------------------
   Notation of MathComp from here on
     block_mx A B C D                    [A  B; C  D];   delta_mx 0 0: 1 at the first place, 0 elsewhere
     dsubmx A, row i A, col i A          the lower half of A, a row of it, a column
     'I_H                                the numbers 0 .. H - 1;   injective a: a h = a h' only if h = h'
     undup s, size s                     s without repetitions, its length;   perm_eq s t: t is s in another order
     nth 0 s n, n %% d                   entry n of the list s;   the remainder of n divided by d
     [seq F i | i <- s], iota 1 N        the list of the F i;   the list 1 .. N
     \det H, \adj H, \tr H               the determinant, the adjugate (H \adj H = det H I), the trace
     H \in unitmx, diag_mx v             H is invertible;   the diagonal matrix of the entries of the row v, a 'rV[R]_n
     rcfType                             real closed fields (think of the reals)
     finType                             finite sets;   I * J: pairs, and i.1, i.2 are the two parts of i
     {poly R}                            polynomials over R: 'X is the variable, a%:P a constant, P.[a] the value at a,
                                         size P the degree plus 1, and 0 for P = 0
   ------------------------------------------------------------------------------------------------ *)

(* ------------------------------------------------------------------------------------------------
   5. As printed: what does not hold. For every rate eta that is not 0 there are sizes, and data of a linear model,
      y_i = W*^T x_i, at which the printed layer fails: "forall eta, eta != 0 -> exists f N ..". That says nothing about
      other sizes. What has no such words holds at all sizes. These are not all sentences that are wrong as
      printed; ERRATA.md has them.
   ------------------------------------------------------------------------------------------------ *)

(* P1, as printed (reading P1.2): Psi and Theta are square and diagonal. Then the output is 0, for all data of all
   sizes; and for every rate that is not 0 there are data for which the prediction is not 0. *)
Definition P1_printed_diagonal : Prop :=
  (forall (R : comUnitRingType) f N (x : nat -> 'cV[R]_f) (y : nat -> R) eta,
   token_output (block_mx 1%:M 0 0 0) (block_mx 0 0 0 1%:M) (constructed x y) (P1_decay R) (P1_beta eta N) N = 0) /\
  (forall (R : realFieldType) (eta : R), eta != 0 ->
   exists f N (x : nat -> 'cV[R]_f) (w : 'cV[R]_f) w1,
   let y i := (w^T *m x i) 0 0 in
   [/\ (0 < N)%N, step (loss x (fun i => (y i)%:M) N) eta 0 w1 & w1^T *m x N.+1 != 0]).

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

(* V_l = V_(l-1) + rate (V_(l-1)^T Zt - Z): A.2's layers, with the transpose that is printed *)
Definition printed_layers (R : comUnitRingType) f (Z Zt : 'M[R]_f) (rate : R) (V0 : 'M[R]_f) L : 'M[R]_f :=
  iter L (fun V => V + rate *: (V^T *m Zt - Z)) V0.

(* P3, as printed (reading P3.1): with these layers, V_0 = W_0 and Q = e_1 e_2^T; already for L = 1 and W_0 = 0, where
   the transpose plays no part: the output is that of P2_printed with beta = -(eta/N). *)
Definition P3_printed : Prop :=
  forall (R : realFieldType) (eta : R), eta != 0 ->
  exists f N (x : nat -> 'cV[R]_f) (Wstar W1 : 'M[R]_f),
  let y i := Wstar^T *m x i in
  let Z  := last_state x y (P3_printed_Q R) (const_mx (P3_decay R)) P3_stride N in
  let Zt := last_state x y (P3_Q_tilde R)   (const_mx (P3_decay R)) P3_stride N in
  [/\ (0 < N)%N, step (loss x y N) eta 0 W1
    & printed_layers Z Zt (P3_rate eta N) 0 1 *m last_readout x y (P3_q R) P3_stride N != W1^T *m x N.+1].

(* P3, as printed (readings P3.2, P3.3): the corrected Q is not enough, whether V_0 is W_0 or W_0^T. *)
Definition P3_printed_transpose : Prop :=
  forall (R : realFieldType) (eta : R), eta != 0 ->
  exists f N (x : nat -> 'cV[R]_f) (Wstar W0 W1 : 'M[R]_f),
  let y i := Wstar^T *m x i in
  let Z  := last_state x y (P3_Q R)       (const_mx (P3_decay R)) P3_stride N in
  let Zt := last_state x y (P3_Q_tilde R) (const_mx (P3_decay R)) P3_stride N in
  let output V0 := printed_layers Z Zt (P3_rate eta N) V0 1 *m last_readout x y (P3_q R) P3_stride N in
  [/\ (0 < N)%N, step (loss x y N) eta W0 W1, output W0 != W1^T *m x N.+1 & output W0^T != W1^T *m x N.+1].

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

(* ------------------------------------------------------------------------------------------------
   6. STEP: sample by sample, with a decay, in another order
   ------------------------------------------------------------------------------------------------ *)

(* 1/(2t) sum_i a^(t-i) |W^T x_i - y_i|^2: older samples weigh less, or more. *)
Definition weighted_loss (R : comUnitRingType) f g (x : nat -> 'cV[R]_f) (y : nat -> 'cV[R]_g) (a : R) t
    (W : 'M[R]_(f, g)) : R :=
  (2 * t)%:R^-1 * \sum_(1 <= i < t.+1) a ^+ (t - i) * sqnorm (W^T *m x i - y i).

(* STEP (section 3.1, 3.2; STEP.T1). With a decay a and the factor -(eta/t), the output after t samples is the
   prediction after one step of rate eta on the weighted loss of these t samples:
   -(eta/t) Z_t C_t q = W_1^T x_(t+1). Without a decay, a = 1, the loss is the plain one. *)
Definition STEP : Prop :=
  forall (R : realFieldType) f t (x y : nat -> 'cV[R]_f) a eta W1, (0 < t)%N ->
  step (weighted_loss x y a t) eta 0 W1 ->
  head_output x y (P2_Q R) (P2_q R) (const_mx a) (P2_beta eta t) P2_stride t = W1^T *m x t.+1.

(* STEP (STEP.T2): with -(eta/N) kept at every step, it is the prediction after one step of rate eta t/N. *)
Definition STEP_rate : Prop :=
  forall (R : realFieldType) f t N (x y : nat -> 'cV[R]_f) a eta W1, (0 < t)%N ->
  step (weighted_loss x y a t) (eta * t%:R / N%:R) 0 W1 ->
  head_output x y (P2_Q R) (P2_q R) (const_mx a) (P2_beta eta N) P2_stride t = W1^T *m x t.+1.

(* STEP (STEP.T3): the same for L layers of two heads, from any W_0. *)
Definition STEP_layers : Prop :=
  forall (R : realFieldType) f t N (x y : nat -> 'cV[R]_f) a eta W L, (0 < t)%N ->
  descent (weighted_loss x y a t) (eta * t%:R / N%:R) W ->
  let Z  := last_state x y (P3_Q R)       (const_mx a) P3_stride t in
  let Zt := last_state x y (P3_Q_tilde R) (const_mx a) P3_stride t in
  layers Z Zt (P3_keep R) (P3_rate eta N) (W 0%N)^T L *m last_readout x y (P3_q R) P3_stride t
  = (W L)^T *m x t.+1.

(* STEP (STEP.T4): the gradient of the weighted loss is (1/t) sum_i a^(t-i) x_i (W^T x_i - y_i)^T. *)
Definition weighted_gradient : Prop :=
  forall (R : realFieldType) f g t (x : nat -> 'cV[R]_f) (y : nat -> 'cV[R]_g) a W G,
  is_gradient (weighted_loss x y a t) W G <->
  G = t%:R^-1 *: \sum_(1 <= i < t.+1) a ^+ (t - i) *: (x i *m (W^T *m x i - y i)^T).

(* STEP: without a decay, the samples may come in any order. sigma permutes 1 .. N. *)
Definition STEP_order : Prop :=
  forall (R : comUnitRingType) f N (x y x' y' : nat -> 'cV[R]_f) beta (sigma : nat -> nat), (0 < N)%N ->
  perm_eq [seq sigma i | i <- iota 1 N] (iota 1 N) ->
  (forall i, (1 <= i <= N)%N -> x' i = x (sigma i) /\ y' i = y (sigma i)) -> x' N.+1 = x N.+1 ->
  last_state x' y' (P2_Q R) (const_mx 1) P2_stride N = last_state x y (P2_Q R) (const_mx 1) P2_stride N /\
  head_output x' y' (P2_Q R) (P2_q R) (const_mx 1) beta P2_stride N =
  head_output x y (P2_Q R) (P2_q R) (const_mx 1) beta P2_stride N.

(* STEP (STEP.T7): with a decay a, exchanging the samples m and m + 1 adds
   a^(t-m-1) (1 - a) (y_(m+1) x_(m+1)^T - y_m x_m^T) to the state after t samples. *)
Definition STEP_exchange : Prop :=
  forall (R : comUnitRingType) f t m (x y x' y' : nat -> 'cV[R]_f) a, (0 < m < t)%N ->
  (forall i, i != m -> i != m.+1 -> x' i = x i /\ y' i = y i) ->
  x' m = x m.+1 -> y' m = y m.+1 -> x' m.+1 = x m -> y' m.+1 = y m ->
  last_state x' y' (P2_Q R) (const_mx a) P2_stride t =
  last_state x y (P2_Q R) (const_mx a) P2_stride t
  + (a ^+ (t - m.+1) * (1 - a)) *: (y m.+1 *m (x m.+1)^T - y m *m (x m)^T).

(* ------------------------------------------------------------------------------------------------
   7. DIM: inputs of size k, targets of size l, tokens of size f
   ------------------------------------------------------------------------------------------------ *)

(* [I; 0], of size f x n: zeros_below f n *m v is v with f - n zeros below. *)
Definition zeros_below (R : ringType) f n : 'M[R]_(f, n) := \matrix_(i, j) (i == j :> nat)%:R.

(* DIM (section 3.2, footnote 3; DIM.T1). Inputs and targets are padded with zeros up to any common size f. The layers
   start at W_0^T, padded, and output the prediction of gradient descent on the original vectors, padded. *)
Definition DIM : Prop :=
  forall (R : realFieldType) f k l N (x : nat -> 'cV[R]_k) (y : nat -> 'cV[R]_l) eta W L,
  (k <= f)%N -> (l <= f)%N -> (0 < N)%N ->
  descent (loss x y N) eta W ->
  let A := zeros_below R f k in
  let B := zeros_below R f l in
  let Ax i := A *m x i in
  let By i := B *m y i in
  let Z  := last_state Ax By (P3_Q R)       (const_mx (P3_decay R)) P3_stride N in
  let Zt := last_state Ax By (P3_Q_tilde R) (const_mx (P3_decay R)) P3_stride N in
  layers Z Zt (P3_keep R) (P3_rate eta N) (B *m (W 0%N)^T *m A^T) L *m last_readout Ax By (P3_q R) P3_stride N
  = B *m ((W L)^T *m x N.+1).

(* DIM (DIM.T2, DIM.T3): the same for every linear map A of the inputs with A^T A = I and every linear map B of the
   targets. *)
Definition DIM_isometry : Prop :=
  forall (R : realFieldType) f k l N (x : nat -> 'cV[R]_k) (y : nat -> 'cV[R]_l) eta W L
    (A : 'M[R]_(f, k)) (B : 'M[R]_(f, l)), A^T *m A = 1%:M -> (0 < N)%N ->
  descent (loss x y N) eta W ->
  let Ax i := A *m x i in
  let By i := B *m y i in
  let Z  := last_state Ax By (P3_Q R)       (const_mx (P3_decay R)) P3_stride N in
  let Zt := last_state Ax By (P3_Q_tilde R) (const_mx (P3_decay R)) P3_stride N in
  layers Z Zt (P3_keep R) (P3_rate eta N) (B *m (W 0%N)^T *m A^T) L *m last_readout Ax By (P3_q R) P3_stride N
  = B *m ((W L)^T *m x N.+1).

(* DIM (DIM.T6): one head, one step from 0, any A and B, with G = A^T A: the prediction for G x_(N+1), mapped by B. L
   steps with any A (its theorem T4) are NOT certified here. *)
Definition DIM_one_step : Prop :=
  forall (R : realFieldType) f k l N (x : nat -> 'cV[R]_k) (y : nat -> 'cV[R]_l) eta W1
    (A : 'M[R]_(f, k)) (B : 'M[R]_(f, l)), (0 < N)%N ->
  step (loss x y N) eta 0 W1 ->
  head_output (fun i => A *m x i) (fun i => B *m y i) (P2_Q R) (P2_q R) (const_mx (P2_decay R))
    (P2_beta eta N) P2_stride N
  = B *m (W1^T *m (A^T *m A *m x N.+1)).

(* ------------------------------------------------------------------------------------------------
   8. LSA: linear self-attention
   ------------------------------------------------------------------------------------------------ *)
Section Attention.
Variables (R : comUnitRingType) (f d m : nat).

(* M_0 = 0,  M_t = M_(t-1) + v_t k_t^T with v_t = W_V^T s_t, k_t = W_K^T s_t; the output is M_t u_t with
   u_t = W_Q^T s_t (Eq. 5). *)
Fixpoint attention_state (WV : 'M[R]_(f, d)) (WK : 'M[R]_(f, m)) (s : nat -> 'cV[R]_f) t : 'M[R]_(d, m) :=
  if t is u.+1 then attention_state WV WK s u + (WV^T *m s t) *m (WK^T *m s t)^T else 0.
Definition attention_output (WV : 'M[R]_(f, d)) (WK WQ : 'M[R]_(f, m)) s t : 'cV[R]_d :=
  attention_state WV WK s t *m (WQ^T *m s t).

End Attention.

(* LSA (section 2, Eqs. 2, 5; LSA.T1). Causal linear attention as a recurrence:
   M_t u_t = sum_(i<=t) (u_t^T k_i) v_i. *)
Definition LSA : Prop :=
  forall (R : comUnitRingType) f d m (WV : 'M[R]_(f, d)) (WK WQ : 'M[R]_(f, m)) (s : nat -> 'cV[R]_f) t,
  attention_output WV WK WQ s t =
  \sum_(1 <= i < t.+1) ((WQ^T *m s t)^T *m (WK^T *m s i)) 0 0 *: (WV^T *m s i).

(* LSA: it is the last row of S W_Q (S W_K)^T S W_V (Eq. 2), where the rows of S are the tokens s_1 .. s_t;
   here t = n + 1, and ord_max is the number of the last row. *)
Definition LSA_rows : Prop :=
  forall (R : comUnitRingType) f d m (WV : 'M[R]_(f, d)) (WK WQ : 'M[R]_(f, m)) (s : nat -> 'cV[R]_f) n,
  let S : 'M[R]_(n.+1, f) := \matrix_(i, j) s i.+1 j 0 in
  (attention_output WV WK WQ s n.+1)^T = row ord_max (S *m WQ *m (S *m WK)^T *m (S *m WV)).

(* [p_1 I; p_2 I; p_3 I], and windows stacked to tokens [x_t; y_t; x_(t+1)] of size 3f *)
Definition stacked (R : comUnitRingType) f (p : 'cV[R]_3) : 'M[R]_(f + f + f, f) :=
  col_mx (col_mx (p 0 0)%:M (p 1 0)%:M) (p 2%:R 0)%:M.
Definition stacked_window (R : comUnitRingType) f (x y : nat -> 'cV[R]_f) (t : nat) : 'cV[R]_(f + f + f) :=
  col_mx (col_mx (x t) (y t)) (x t.+1).

(* LSA (LSA.T6): a layer of the GD-SSM with Q = sum_h A_h B_h^T, where A_h and B_h are the columns of A and B, is causal
   linear attention over stacked windows, with one head for each h: sum_h M_(h,t) u_t = Z_t C_t q. *)
Definition LSA_windows : Prop :=
  forall (R : comUnitRingType) f r (x y : nat -> 'cV[R]_f) (A B : 'M[R]_(3, r)) (q : 'cV[R]_3) t, (0 < t)%N ->
  \sum_(h < r) attention_output (stacked f (col h A)) (stacked f (col h B)) (stacked f q) (stacked_window x y) t
  = last_state x y (A *m B^T) (const_mx 1) 2 t *m last_readout x y q 2 t.

(* LSA (LSA.T12): the layer of von Oswald et al. (2023) over tokens e_i = [x_i; y_i] and the query's e = [x_(N+1);
   -W_0^T x_(N+1)] adds to e the attention of e to e_1 .. e_N, and the result is [x_(N+1); -W_1^T x_(N+1)],
   with W_1 one step from W_0. *)
Definition LSA_oswald : Prop :=
  forall (R : realFieldType) f N (x y : nat -> 'cV[R]_f) eta W0 W1,
  step (loss x y N) eta W0 W1 ->
  let e i := col_mx (x i) (y i) in
  let query := col_mx (x N.+1) (- (W0^T *m x N.+1)) in
  let WQ : 'M[R]_(f + f) := block_mx 1%:M 0 0 0 in
  let WK : 'M[R]_(f + f) := block_mx 1%:M 0 0 0 in
  let WV : 'M[R]_(f + f) := block_mx 0 0 W0^T (- 1%:M) in
  query + (eta / N%:R) *: ((\sum_(1 <= i < N.+1) (WV *m e i) *m (WK *m e i)^T) *m (WQ *m query))
  = col_mx (x N.+1) (- (W1^T *m x N.+1)).

(* LSA (LSA.T13): from W_0 = 0, and whether or not the query's token attends to itself (c = 1 or 0), -1 times the second
   half of the result is the output of the GD-SSM. *)
Definition LSA_same : Prop :=
  forall (R : comUnitRingType) f N (x y : nat -> 'cV[R]_f) eta (c : R), (0 < N)%N ->
  let e i := col_mx (x i) (y i) in
  let query : 'cV[R]_(f + f) := col_mx (x N.+1) 0 in
  let WQ : 'M[R]_(f + f) := block_mx 1%:M 0 0 0 in
  let WK : 'M[R]_(f + f) := block_mx 1%:M 0 0 0 in
  let WV : 'M[R]_(f + f) := block_mx 0 0 0 (- 1%:M) in
  - dsubmx (query + (eta / N%:R) *: (((\sum_(1 <= i < N.+1) (WV *m e i) *m (WK *m e i)^T)
                                      + c *: ((WV *m query) *m (WK *m query)^T)) *m (WQ *m query)))
  = head_output x y (P2_Q R) (P2_q R) (const_mx (P2_decay R)) (P2_beta eta N) P2_stride N.

(* LSA (LSA.T10): for all weights of Eq. 2, with the rows of a window C as tokens, there is a window for which it is not
   C Q C^T of the construction. *)
Definition LSA_not_rows : Prop :=
  forall (R : realFieldType) f m, (0 < f)%N -> forall (WQ WK : 'M[R]_(3, m)) (WV : 'M[R]_(3, f)),
  exists C : 'M[R]_(f, 3), C *m WQ *m (C *m WK)^T *m (C *m WV) != C *m P2_Q R *m C^T.

(* LSA (LSA.T11): nor is Eq. 5 over the two single tokens x, y, for any weights. *)
Definition LSA_not_tokens : Prop :=
  forall (R : realFieldType) f, (0 < f)%N -> forall WV WK : 'M[R]_f,
  exists (x y : nat -> 'cV[R]_f),
  WV^T *m x 1%N *m (WK^T *m x 1%N)^T + WV^T *m y 1%N *m (WK^T *m y 1%N)^T
  != window (tokens x y) 1 *m P2_Q R *m (window (tokens x y) 1)^T.

(* ------------------------------------------------------------------------------------------------
   9. CE and P4: other losses
   ------------------------------------------------------------------------------------------------ *)

(* (1/N) sum_i l(W^T x_i, y_i), for any loss l of one sample *)
Definition mean_loss (R : comUnitRingType) f g (l : 'cV[R]_g -> 'cV[R]_g -> R)
    (x : nat -> 'cV[R]_f) (y : nat -> 'cV[R]_g) N (W : 'M[R]_(f, g)) : R :=
  N%:R^-1 * \sum_(1 <= i < N.+1) l (W^T *m x i) (y i).

(* Z_0 = 0, Z_t = Z_(t-1) + y_t x_t^T, and r_0 = 0, r_t = r_(t-1) + x_t *)
Fixpoint products (R : comUnitRingType) f g (x : nat -> 'cV[R]_f) (y : nat -> 'cV[R]_g) t : 'M[R]_(g, f) :=
  if t is u.+1 then products x y u + y t *m (x t)^T else 0.
Fixpoint total (R : comUnitRingType) f (x : nat -> 'cV[R]_f) t : 'cV[R]_f :=
  if t is u.+1 then total x u + x t else 0.

(* A head with a linear input: r_0 = 0,  r_(n+1) = r_n + C p, where C is window n. For stride 2 and p = e_1, C p is the
   input of a sample, so the last state is the sum of the inputs. *)
Fixpoint linear_state (R : comUnitRingType) f (s : nat -> 'cV[R]_f) (p : 'cV[R]_3) (stride n : nat) : 'cV[R]_f :=
  if n is m.+1 then linear_state s p stride m + window_number s stride m *m p else 0.
Definition inputs_sum (R : comUnitRingType) f (x y : nat -> 'cV[R]_f) stride N : 'cV[R]_f :=
  linear_state (tokens x y) (delta_mx 0 0) stride (windows stride N).

(* CE (CE.T11): the gradient of the mean, where G i is the gradient of l(., y_i) at W^T x_i, is
   (1/N) sum_i x_i (G i)^T, and there is only one. *)
Definition mean_gradient : Prop :=
  forall (R : realFieldType) f K N (l : 'cV[R]_K -> 'cV[R]_K -> R) (x : nat -> 'cV[R]_f) (y : nat -> 'cV[R]_K) W
    (G : nat -> 'cV[R]_K) D, (forall i, is_gradient (fun z => l z (y i)) (W^T *m x i) (G i)) ->
  is_gradient (mean_loss l x y N) W D <-> D = N%:R^-1 *: \sum_(1 <= i < N.+1) x i *m (G i)^T.

(* CE (beyond section 3.3; CE.T1). If at the targets y_i the gradient at 0 of l(., y_i) is a - T y_i, one step from 0
   needs two sums: -(eta/N) (a r_N^T - T Z_N) x_(N+1) = W_1^T x_(N+1). *)
Definition CE : Prop :=
  forall (R : realFieldType) f K N (x : nat -> 'cV[R]_f) (y : nat -> 'cV[R]_K) eta
    (l : 'cV[R]_K -> 'cV[R]_K -> R) (a : 'cV[R]_K) (T : 'M[R]_K) W1,
  (forall i, is_gradient (fun z => l z (y i)) 0 (a - T *m y i)) ->
  step (mean_loss l x y N) eta 0 W1 ->
  - (eta / N%:R) *: ((a *m (total x N)^T - T *m products x y N) *m x N.+1) = W1^T *m x N.+1.

(* CE (CE.T12, CE.T13, CE.T14): the gradients at z of 1/2 |z - y|^2, of A(z) - y^T z and of (1^T y) A(z) - y^T z are
   z - y, alpha - y and (1^T y) alpha - y, where alpha is the gradient of A at z. *)
Definition CE_slopes : Prop :=
  (forall (R : realFieldType) K (y z : 'cV[R]_K), is_gradient (fun z' => 2%:R^-1 * sqnorm (z' - y)) z (z - y)) /\
  (forall (R : realFieldType) K (A : 'cV[R]_K -> R) alpha (y z : 'cV[R]_K), is_gradient A z alpha ->
   is_gradient (fun z' => A z' - (y^T *m z') 0 0) z (alpha - y) /\
   is_gradient (fun z' => (\sum_k y k 0) * A z' - (y^T *m z') 0 0) z ((\sum_k y k 0) *: alpha - y)).

(* CE: two losses that CE is about, with T = I. The squared loss 1/2 |z - y|^2, with a = 0, for all targets. And
   (1^T y) A(z) - y^T z, for any A with a gradient alpha at 0, with a = alpha, for targets with 1^T y = 1, such as one
   class for each sample; not for all, since at y = 0 this loss is 0. Softmax cross-entropy is the one with
   A(z) = log sum_k exp z_k, where every entry of alpha is 1/K. That softmax cross-entropy is this loss, and has this
   alpha, is NOT certified, since there are no exponentials over an ordered field. *)
Definition CE_examples : Prop :=
  (forall (R : realFieldType) K (y : 'cV[R]_K),
   is_gradient (fun z => 2%:R^-1 * sqnorm (z - y)) 0 (0 - 1%:M *m y)) /\
  (forall (R : realFieldType) K (A : 'cV[R]_K -> R) alpha (y : 'cV[R]_K),
   is_gradient A 0 alpha -> \sum_k y k 0 = 1 ->
   is_gradient (fun z => (\sum_k y k 0) * A z - (y^T *m z) 0 0) 0 (alpha - 1%:M *m y)).

(* CE (CE.T2): the layer that computes this, where inputs and targets have one size: the state of section 1, which adds
   up y_t x_t^T, and a head with a linear input. What is read out is (a r^T - T Z) C q in place of beta Z C q. *)
Definition CE_windows : Prop :=
  forall (R : realFieldType) f N (x y : nat -> 'cV[R]_f) eta (l : 'cV[R]_f -> 'cV[R]_f -> R)
    (a : 'cV[R]_f) (T : 'M[R]_f) W1, (0 < N)%N ->
  (forall i, is_gradient (fun z => l z (y i)) 0 (a - T *m y i)) ->
  step (mean_loss l x y N) eta 0 W1 ->
  let Z := last_state x y (P3_Q R) (const_mx (P3_decay R)) P3_stride N in
  let r := inputs_sum x y P3_stride N in
  - (eta / N%:R) *: ((a *m r^T - T *m Z) *m last_readout x y (P3_q R) P3_stride N) = W1^T *m x N.+1.

(* CE (CE.T3): the two sums by one head, with a coordinate of the target's token that is always 1:
   (eta/N) [T  -a] Z_N x_(N+1), where Z sums up [y_t; 1] x_t^T. *)
Definition CE_one_head : Prop :=
  forall (R : realFieldType) f K N (x : nat -> 'cV[R]_f) (y : nat -> 'cV[R]_K) eta
    (l : 'cV[R]_K -> 'cV[R]_K -> R) (a : 'cV[R]_K) (T : 'M[R]_K) W1,
  (forall i, is_gradient (fun z => l z (y i)) 0 (a - T *m y i)) ->
  step (mean_loss l x y N) eta 0 W1 ->
  (eta / N%:R) *: (row_mx T (- a) *m products x (fun t => col_mx (y t) 1%:M) N *m x N.+1) = W1^T *m x N.+1.

(* CE (CE.T7): losses of the form of cross-entropy, (1^T y) A(z) - y^T z, for any A with a gradient alpha at 0 and any
   targets, do not need the sum of the inputs: (eta/N) (I - alpha 1^T) Z_N x_(N+1) = W_1^T x_(N+1). That softmax
   cross-entropy has this form, with every entry of alpha 1/K, is NOT certified. *)
Definition CE_cross_entropy : Prop :=
  forall (R : realFieldType) f K N (x : nat -> 'cV[R]_f) (y : nat -> 'cV[R]_K) eta
    (A : 'cV[R]_K -> R) (alpha : 'cV[R]_K) W1,
  is_gradient A 0 alpha ->
  step (mean_loss (fun z y' => (\sum_k y' k 0) * A z - (y'^T *m z) 0 0) x y N) eta 0 W1 ->
  (eta / N%:R) *: ((1%:M - alpha *m (const_mx 1)^T) *m products x y N *m x N.+1) = W1^T *m x N.+1.

(* d is the derivative of g at z. *)
Definition is_derivative (R : realFieldType) (g : R -> R) (z d : R) : Prop :=
  forall e, 0 < e -> exists2 r, 0 < r & forall s, `|s| < r -> `|g (z + s) - g z - s * d| <= e * `|s|.

(* The loss of the non-linear model g(w^T x): 1/(2N) sum_i (g(w^T x_i) - y_i)^2 *)
Definition model_loss (R : comUnitRingType) f (g : R -> R) (x : nat -> 'cV[R]_f) (y : nat -> R) N
    (w : 'cV[R]_f) : R :=
  (2 * N)%:R^-1 * \sum_(1 <= i < N.+1) (g ((w^T *m x i) 0 0) - y i) ^+ 2.

(* P4 (P4.T3): its gradient at w, where d i is the derivative of g at w^T x_i, is
   (1/N) sum_i (g(w^T x_i) - y_i) d_i x_i, and there is only one. *)
Definition model_gradient : Prop :=
  forall (R : realFieldType) f N (g : R -> R) (x : nat -> 'cV[R]_f) (y d : nat -> R) (w G : 'cV[R]_f),
  (forall i, is_derivative g ((w^T *m x i) 0 0) (d i)) ->
  is_gradient (model_loss g x y N) w G <->
  G = N%:R^-1 *: \sum_(1 <= i < N.+1) ((g ((w^T *m x i) 0 0) - y i) * d i) *: x i.

(* P4 (Proposition 4, section 3.3, A.3; P4.T4), the map that A.3 takes for granted, refuted: no function F of the state
   sum_i (0 - y_i) x_i of the linear model is the gradient (times N) of the non-linear model's loss at 0, not even for
   targets that the model itself produces, unless g(0) g'(0) = 0. *)
Definition P4_refuted : Prop :=
  forall (R : realFieldType) f N (g : R -> R) d, (0 < f)%N -> (0 < N)%N ->
  is_derivative g 0 d -> g 0 != 0 -> d != 0 ->
  ~ exists F : 'cV[R]_f -> 'cV[R]_f, forall (x : nat -> 'cV[R]_f) (w : 'cV[R]_f) G,
    let y i := g ((w^T *m x i) 0 0) in
    is_gradient (model_loss g x y N) 0 G ->
    F (\sum_(1 <= i < N.+1) (0 - y i) *: x i) = N%:R *: G.

(* P4 (P4.T1): with one further head that sums up the inputs the prediction w_1^T x_(N+1) can be read out, for
   every g that is differentiable at 0, and so can g of it, the prediction of the non-linear model:
   -(eta/N) (g'(0) s_N + g(0) g'(0) r_N)^T x_(N+1) = w_1^T x_(N+1),  s_N = -sum_i y_i x_i, r_N = sum_i x_i. *)
Definition P4 : Prop :=
  forall (R : realFieldType) f N (x : nat -> 'cV[R]_f) (y : nat -> R) (g : R -> R) d eta w1,
  is_derivative g 0 d -> step (model_loss g x y N) eta 0 w1 ->
  let s := total (fun t => - y t *: x t) N in
  let r := total x N in
  let output := - (eta / N%:R) *: ((d *: s + (g 0 * d) *: r)^T *m x N.+1) in
  output = w1^T *m x N.+1 /\ g (output 0 0) = g ((w1^T *m x N.+1) 0 0).

(* P4: the layer that computes this: the state of section 1 and a head with a linear input, over tokens Y_t = e_1 y_t,
   whose first entry is the target and whose other entries are 0 (e1 is [1; 0; ..; 0], of size f). What is read out is
   -(eta/N) (g'(0) Z + g(0) g'(0) e_1 r^T) C q in place of beta Z C q. Its first entry is w_1^T x_(N+1), and the others
   are 0. *)
Definition P4_windows : Prop :=
  forall (R : realFieldType) f N (x : nat -> 'cV[R]_f) (y : nat -> R) (g : R -> R) d eta w1, (0 < N)%N ->
  is_derivative g 0 d -> step (model_loss g x y N) eta 0 w1 ->
  let e1 := zeros_below R f 1 in
  let Y t := e1 *m (y t)%:M in
  let Z := last_state x Y (P2_Q R) (const_mx (P2_decay R)) P2_stride N in
  let r := inputs_sum x Y P2_stride N in
  - (eta / N%:R) *: ((d *: Z + (g 0 * d) *: (e1 *m r^T)) *m last_readout x Y (P2_q R) P2_stride N)
  = e1 *m (w1^T *m x N.+1).

(* P4 (P4.T7): P3 for x_i = phi(xi_i). The layers for L steps, over windows [phi(xi_t)  y_t  phi(xi_(t+1))] of embedded
   inputs, compute L steps on the weights of the model W^T phi(xi), for any map phi. *)
Definition P4_embedding : Prop :=
  forall (R : realFieldType) f n N (phi : 'cV[R]_n -> 'cV[R]_f) (xi : nat -> 'cV[R]_n) (y : nat -> 'cV[R]_f) eta W L,
  (0 < N)%N ->
  let x i := phi (xi i) in
  descent (loss x y N) eta W ->
  let Z  := last_state x y (P3_Q R)       (const_mx (P3_decay R)) P3_stride N in
  let Zt := last_state x y (P3_Q_tilde R) (const_mx (P3_decay R)) P3_stride N in
  layers Z Zt (P3_keep R) (P3_rate eta N) (W 0%N)^T L *m last_readout x y (P3_q R) P3_stride N
  = (W L)^T *m phi (xi N.+1).

(* ------------------------------------------------------------------------------------------------
   10. STRIDE and HEADS: a window at every token
   ------------------------------------------------------------------------------------------------ *)

(* STRIDE (Proposition 2, section 3.2; STRIDE.T1, STRIDE.T2, STRIDE.T8, STRIDE.T9). With a window at every token and one
   recurrence for all tokens, no single head computes one step for all data of N >= 2 samples, whatever its Q, q, beta
   and decays are, A i j for entry (i, j) of the state; none of these may depend on the data or on the position. The
   data are those of a linear model: inputs x_i and targets y_i = omega x_i. *)
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

(* STRIDE (STRIDE.T5): a gate of period 2 repairs this: -(eta/N) Z C q = W_1^T x_(N+1) after the last of 2N - 1
   windows. *)
Definition STRIDE_gate : Prop :=
  forall (R : realFieldType) f N (x y : nat -> 'cV[R]_f) eta W1, (0 < N)%N ->
  step (loss x y N) eta 0 W1 ->
  P2_beta eta N *: (gated_state (tokens x y) (P2_Q R) (STRIDE_gates R) 1 (windows 1 N)
                    *m last_readout x y (P2_q R) 1 N) = W1^T *m x N.+1.

(* STRIDE (STRIDE.T6): and so do two heads with decays 1 and -1, each with half of Q. *)
Definition STRIDE_two_heads : Prop :=
  forall (R : realFieldType) f N (x y : nat -> 'cV[R]_f) eta W1, (0 < N)%N ->
  step (loss x y N) eta 0 W1 ->
  head_output x y (STRIDE_half_Q R) (P2_q R) (const_mx 1)     (P2_beta eta N) 1 N +
  head_output x y (STRIDE_half_Q R) (P2_q R) (const_mx (- 1)) (P2_beta eta N) 1 N = W1^T *m x N.+1.

(* H heads, each with a Q, a q and a decay of its own; their outputs are added up. *)
Definition heads_output (R : comUnitRingType) f (x y : nat -> 'cV[R]_f) H (Q : 'I_H -> 'M[R]_3)
    (q : 'I_H -> 'cV[R]_3) (a : 'I_H -> R) stride N : 'cV[R]_f :=
  \sum_h head_output x y (Q h) (q h) (const_mx (a h)) 1 stride N.

(* HEADS (beyond Proposition 2; HEADS.T9). With a window at every token and N >= 2 samples, 2N - 2 heads with any
   distinct decays that are not negative compute one step, for all data: their Q and q depend on the decays and on N. *)
Definition HEADS : Prop :=
  forall (R : realFieldType) N (a : 'I_(2 * N - 2) -> R), (1 < N)%N ->
  injective a -> (forall h, 0 <= a h) ->
  exists Q q, forall f (x y : nat -> 'cV[R]_f) eta W1,
  step (loss x y N) eta 0 W1 ->
  (eta / N%:R) *: heads_output x y Q q a 1 N = W1^T *m x N.+1.

(* HEADS (HEADS.T13): from N = 3 samples on, 2N - 4 distinct decays that are not negative are too few, however many
   heads share them, for data of a linear model, y_i = omega x_i. *)
Definition HEADS_decays : Prop :=
  forall (R : realFieldType) f N H (eta : R) Q q (a : 'I_H -> R), (0 < f)%N -> (2 < N)%N -> eta != 0 ->
  (forall h, 0 <= a h) -> (size (undup [seq a h | h <- enum 'I_H]) <= 2 * N - 4)%N ->
  ~ (forall (x : nat -> 'cV[R]_f) (omega : R) W1,
     let y i := omega *: x i in
     step (loss x y N) eta 0 W1 -> heads_output x y Q q a 1 N = W1^T *m x N.+1).

(* HEADS (HEADS.T15): 2N - 3 heads whose decays are not negative are too few, if the targets may be any. *)
Definition HEADS_one_less : Prop :=
  forall (R : realFieldType) f N (eta : R) Q q (a : 'I_(2 * N - 3) -> R), (0 < f)%N -> (1 < N)%N -> eta != 0 ->
  (forall h, 0 <= a h) ->
  ~ (forall (x y : nat -> 'cV[R]_f) W1,
     step (loss x y N) eta 0 W1 -> heads_output x y Q q a 1 N = W1^T *m x N.+1).

(* ------------------------------------------------------------------------------------------------
   11. GATE: products of data with data only at the input, or only at the output
   ------------------------------------------------------------------------------------------------ *)
Section Gates.
Variables (R : comUnitRingType) (f d m K N T : nat).

(* What a step reads: an affine function of the whole context, sum_i E_i x_i + sum_i F_i y_i + g. *)
Definition read_context (E F : nat -> 'M[R]_(m, f)) (g : 'cV[R]_m) (x y : nat -> 'cV[R]_f) : 'cV[R]_m :=
  (\sum_(1 <= i < N.+2) E i *m x i) + (\sum_(1 <= i < N.+1) F i *m y i) + g.

(* z_0 = zeta, z_t = A_t z_(t-1) + sum_k p_(t,k) (w_t^T M_(t,k) w_t) + B_t w_t + b_t: products at the input *)
Fixpoint input_gated (A : nat -> 'M[R]_d) (B : nat -> 'M[R]_(d, m)) (b : nat -> 'cV[R]_d)
    (p : nat -> 'I_K -> 'cV[R]_d) (M : nat -> 'I_K -> 'M[R]_m) (zeta : 'cV[R]_d) (w : nat -> 'cV[R]_m) t : 'cV[R]_d :=
  if t is u.+1
  then A t *m input_gated A B b p M zeta w u + (\sum_k ((w t)^T *m M t k *m w t) 0 0 *: p t k) + B t *m w t + b t
  else zeta.

(* z_0 = zeta, z_t = A_t z_(t-1) + B_t w_t + b_t: no products *)
Fixpoint ungated (A : nat -> 'M[R]_d) (B : nat -> 'M[R]_(d, m)) (b : nat -> 'cV[R]_d) (zeta : 'cV[R]_d)
    (w : nat -> 'cV[R]_m) t : 'cV[R]_d :=
  if t is u.+1 then A t *m ungated A B b zeta w u + B t *m w t + b t else zeta.

(* The outputs of all steps, added up: sum_t (C_t z_t + D_t w_t) + c, and with products at the output,
   sum_t (sum_k r_(t,k) (z_t^T S_(t,k) w_t) + C_t z_t + D_t w_t) + c *)
Definition plain_output (C : nat -> 'M[R]_(f, d)) (D : nat -> 'M[R]_(f, m)) (c : 'cV[R]_f) z w : 'cV[R]_f :=
  (\sum_(1 <= t < T.+1) (C t *m z t + D t *m w t)) + c.
Definition gated_output (r : nat -> 'I_K -> 'cV[R]_f) (S : nat -> 'I_K -> 'M[R]_(d, m))
    (C : nat -> 'M[R]_(f, d)) (D : nat -> 'M[R]_(f, m)) (c : 'cV[R]_f) z w : 'cV[R]_f :=
  (\sum_(1 <= t < T.+1) ((\sum_k ((z t)^T *m S t k *m w t) 0 0 *: r t k) + C t *m z t + D t *m w t)) + c.

End Gates.

(* GATE (section 1, section 3.1 after Eq. 16, Eq. 6; GATE.T1, GATE.T3). A layer with a linear recurrence that multiplies
   data by data only at its input does not compute one step, whatever its parameters, which may differ from step to
   step. The data are those of a linear model, y_i = W*^T x_i. Without p (K = 0) there are no products at all. *)
Definition GATE : Prop :=
  forall (R : realFieldType) f d m K N T (eta : R) E F g A B b p M zeta C D c,
  (0 < f)%N -> (0 < N)%N -> eta != 0 ->
  ~ (forall (x : nat -> 'cV[R]_f) (Wstar W1 : 'M[R]_f),
     let y i := Wstar^T *m x i in
     let w t := read_context N (E t) (F t) (g t) x y : 'cV[R]_m in
     let z := @input_gated R d m K A B b p M zeta w in
     step (loss x y N) eta 0 W1 -> plain_output T C D c z w = W1^T *m x N.+1).

(* GATE (GATE.T2): nor does one that multiplies data by data only at its output. That it holds however many
   linear layers stand before and after it (its theorems T11 to T13) is NOT certified here. *)
Definition GATE_output : Prop :=
  forall (R : realFieldType) f d m K N T (eta : R) E F g A B b zeta r S C D c,
  (0 < f)%N -> (0 < N)%N -> eta != 0 ->
  ~ (forall (x : nat -> 'cV[R]_f) (Wstar W1 : 'M[R]_f),
     let y i := Wstar^T *m x i in
     let w t := read_context N (E t) (F t) (g t) x y : 'cV[R]_m in
     let z := @ungated R d m A B b zeta w in
     step (loss x y N) eta 0 W1 -> @gated_output R f d m K T r S C D c z w = W1^T *m x N.+1).

(* ------------------------------------------------------------------------------------------------
   12. OPT1, OPTL, OPTG: the best predictors, given the moments
   ------------------------------------------------------------------------------------------------ *)

(* The expected squared error of one step with the coefficient c, as a polynomial in c, by the moments mu2, mu4 of the
   inputs and tau2 of the noise *)
Definition OPT1_risk (R : comUnitRingType) (f N : nat) (mu2 mu4 tau2 c : R) : R :=
  f%:R * mu2 - 2%:R * N%:R * c * f%:R * mu2 ^+ 2
  + N%:R * c ^+ 2 * f%:R * mu2 * (mu2 ^+ 2 * (N%:R + f%:R - 2%:R) + mu2 * tau2 + mu4).
Definition OPT1_D (R : comUnitRingType) (f N : nat) (mu2 mu4 tau2 : R) : R :=
  mu2 ^+ 2 * (N%:R + f%:R - 2%:R) + mu2 * tau2 + mu4.

(* OPT1, the algebra alone: D R = f mu2 (D - N mu2^2) + N f mu2 (c D - mu2)^2, so if D and mu2 are positive then
   c = mu2 / D is the unique minimiser. That the expected squared error is this polynomial R is NOT certified here;
   it is Lemma 1 of the claim. *)
Definition OPT1_algebra : Prop :=
  (forall (R : comUnitRingType) f N (mu2 mu4 tau2 c : R),
   let D := OPT1_D f N mu2 mu4 tau2 in
   D * OPT1_risk f N mu2 mu4 tau2 c =
   f%:R * mu2 * (D - N%:R * mu2 ^+ 2) + N%:R * f%:R * mu2 * (c * D - mu2) ^+ 2) /\
  (forall (R : realFieldType) f N (mu2 mu4 tau2 c : R),
   let D := OPT1_D f N mu2 mu4 tau2 in
   (0 < f)%N -> (0 < N)%N -> 0 < D -> 0 < mu2 -> c != mu2 / D ->
   OPT1_risk f N mu2 mu4 tau2 (mu2 / D) < OPT1_risk f N mu2 mu4 tau2 c).

(* OPTL: L steps with coefficients c predict sum_(k<L) c_k sum_i y_i x_i^T (X X^T)^k z for the query z, where
   X = [x_1 .. x_N] and y = X^T w + e are the inputs and labels. The expected squared error is a mean over finitely many
   draws: i of the inputs, j of the task w and of the noise e, r of the query, with weights p_i, u_j, v_r. Inputs, task
   with noise, and query are independent, since the weights are multiplied. The weights may be any numbers; where they
   have to be positive, a statement says so. *)
Section Steps.
Variables (R : comUnitRingType) (L : nat).

(* H_kl = m_(k+l+2) + tau2 m_(k+l+1),  b_k = m_(k+1), and the error in terms of moments m_k,
   mu2 (m_0 - 2 b^T c + c^T H c); k and l are counted from 0. *)
Definition OPTL_H (m : nat -> R) (tau2 : R) : 'M[R]_L := \matrix_(k, l) (m (k + l).+2 + tau2 * m (k + l).+1).
Definition OPTL_b (m : nat -> R) : 'cV[R]_L := \matrix_(k, _) m k.+1.
Definition OPTL_risk (m : nat -> R) (mu2 tau2 : R) (c : 'cV[R]_L) : R :=
  mu2 * (m 0%N - 2%:R * ((OPTL_b m)^T *m c) 0 0 + (c^T *m OPTL_H m tau2 *m c) 0 0).

Variables (f N K J M : nat) (p : 'I_K -> R) (X : 'I_K -> 'M[R]_(f, N)) (u : 'I_J -> R) (w : 'I_J -> 'cV[R]_f)
  (e : 'I_J -> 'cV[R]_N) (v : 'I_M -> R) (z : 'I_M -> 'cV[R]_f).
Definition squared_error (c : 'cV[R]_L) : R :=
  \sum_i p i * \sum_j u j * \sum_r v r *
    (let y := (X i)^T *m w j + e j in
     ((w j)^T *m z r - \sum_k c k 0 *: (y^T *m (X i)^T *m power (X i *m (X i)^T) k *m z r)) 0 0) ^+ 2.

(* What is assumed: the entries of the task are uncorrelated, with mean square 1, those of the noise with mean
   square tau2, those of the query with mean square mu2, and noise and task are uncorrelated. *)
Definition uncorrelated (mu2 tau2 : R) : Prop :=
  [/\ \sum_j u j *: (w j *m (w j)^T) = 1%:M, \sum_j u j *: (e j *m (e j)^T) = tau2%:M,
      \sum_j u j *: (w j *m (e j)^T) = 0 & \sum_r v r *: (z r *m (z r)^T) = mu2%:M].

(* m_k, the mean of tr((X X^T)^k) *)
Definition trace_moment (k : nat) : R := \sum_i p i * \tr (power (X i *m (X i)^T) k).

End Steps.

(* OPTL (OPTL.T45), for every L: the error by the moments m_k, for any draws of X. What the m_k are for
   i.i.d. coordinates, as polynomials in f and N, is NOT certified here. *)
Definition OPTL_loss : Prop :=
  forall (R : comUnitRingType) L f N K J M p (X : 'I_K -> 'M[R]_(f, N)) u w e v z mu2 tau2 (c : 'cV[R]_L),
  @uncorrelated R f N J M u w e v z mu2 tau2 ->
  squared_error p X u w e v z c = OPTL_risk (trace_moment p X) mu2 tau2 c.

(* OPTL, the algebra of its equation, for every L: with D = det H and A = adj(H) b,
   D^2 R(c) = mu2 D (m_0 D - b^T A) + mu2 (D c - A)^T H (D c - A). For L <= 3 the claim writes D and A out
   by the moments of i.i.d. coordinates (its theorems T1 to T3); what these moments are is NOT certified here. *)
Definition OPTL_algebra : Prop :=
  forall (R : comUnitRingType) L (m : nat -> R) (mu2 tau2 : R) (c : 'cV[R]_L),
  let H := OPTL_H L m tau2 in
  let b := OPTL_b L m in
  let D := \det H in
  let A := \adj H *m b in
  let d := D *: c - A in
  D ^+ 2 * OPTL_risk m mu2 tau2 c = mu2 * D * (m 0%N * D - (b^T *m A) 0 0) + mu2 * (d^T *m H *m d) 0 0.

(* OPTL (OPTL.T46): what solves H c* = b is a minimiser: R(c) = R(c* ) + mu2 (c - c* )^T H (c - c* ) >= R(c* ). *)
Definition OPTL_best : Prop :=
  forall (R : realFieldType) L f N K J M p (X : 'I_K -> 'M[R]_(f, N)) u w e v z mu2 tau2 (c best : 'cV[R]_L),
  @uncorrelated R f N J M u w e v z mu2 tau2 ->
  (forall i, 0 <= p i) -> (forall j, 0 <= u j) -> (forall r, 0 <= v r) ->
  let H := OPTL_H L (trace_moment p X) tau2 in
  let error := squared_error p X u w e v z in
  H *m best = OPTL_b L (trace_moment p X) ->
  error c = error best + mu2 * ((c - best)^T *m H *m (c - best)) 0 0 /\ error best <= error c.

(* OPTL: where X_i X_i^T = U_i^T diag(lambda_i) U_i with U_i U_i^T = I, the trace moments are sums over pairs of a draw
   and an eigenvalue: m_k = sum_(i,j) p_i lambda_(i,j)^k. That there are such U_i and lambda_i >= 0 over the reals, the
   spectral theorem, is NOT certified here. *)
Definition OPTL_eigenvalues : Prop :=
  forall (R : comUnitRingType) f N K p (X : 'I_K -> 'M[R]_(f, N)) (U : 'I_K -> 'M[R]_f) (lambda : 'I_K -> 'rV[R]_f) k,
  (forall i, U i *m (U i)^T = 1%:M) ->
  (forall i, X i *m (X i)^T = (U i)^T *m diag_mx (lambda i) *m U i) ->
  trace_moment p X k = \sum_(i : 'I_K * 'I_f) p i.1 * lambda i.1 0 i.2 ^+ k.

(* OPTL (OPTL.T48): for moments of eigenvalues lambda_i >= 0 with weights p_i >= 0, i from any finite set, such as the
   pairs of OPTL_eigenvalues: H is positive definite, and so invertible, if L of the eigenvalues, those numbered by s,
   are different and positive, with positive weights. Then one c*, and no other, solves H c* = b. *)
Definition OPTL_definite : Prop :=
  forall (R : realFieldType) L (I : finType) (p lambda : I -> R) (m : nat -> R) (tau2 : R) (s : 'I_L -> I)
    (d : 'cV[R]_L), (forall k, m k = \sum_i p i * lambda i ^+ k) ->
  (forall i, 0 <= p i) -> (forall i, 0 <= lambda i) -> 0 <= tau2 ->
  injective (fun k => lambda (s k)) -> (forall k, 0 < p (s k) /\ 0 < lambda (s k)) ->
  let H := OPTL_H L m tau2 in
  [/\ (d^T *m H *m d) 0 0 = \sum_i p i * lambda i * (lambda i + tau2) * (\sum_k d k 0 * lambda i ^+ k) ^+ 2,
      (d != 0 -> 0 < (d^T *m H *m d) 0 0) & H \in unitmx].

(* OPTL: L steps of gradient descent from 0, with a rate eta_l for each step, have these coefficients: with
   S = sum_i x_i x_i^T, and 1 - sum_k c_k x^(k+1) = (1 - (eta_0/N) x) .. (1 - (eta_(L-1)/N) x), the weights after L
   steps are W_L = sum_k c_k S^k sum_i x_i y_i^T, and W_L^T z is the prediction of OPTL_loss. *)
Definition OPTL_steps : Prop :=
  forall (R : realFieldType) f g N L (x : nat -> 'cV[R]_f) (y : nat -> 'cV[R]_g) (eta : nat -> R)
    (W : nat -> 'M[R]_(f, g)) (c : 'cV[R]_L),
  W 0%N = 0 -> (forall l, (l < L)%N -> step (loss x y N) (eta l) (W l) (W l.+1)) ->
  1 - \sum_k c k 0 *: 'X^k.+1 = \prod_(l < L) (1 - (eta l / N%:R) *: 'X) ->
  let S := \sum_(1 <= i < N.+1) x i *m (x i)^T in
  let b := \sum_(1 <= i < N.+1) x i *m (y i)^T in
  W L = \sum_k c k 0 *: (power S k *m b).

(* OPTL (OPTL.T49, and what OPTL.T50, OPTL.T51, OPTL.T52 lead to): without noise, let
   residual(x) = 1 - sum_k c_k x^(k+1), where c solves H c = b. It is orthogonal to every polynomial S of degree < L; it
   has degree L; every zero of it is positive; and no (x - a)^2 + h^2 divides it, so that it has no double zero. *)
Definition OPTL_residual : Prop :=
  forall (R : realFieldType) L (I : finType) (p lambda : I -> R) (m : nat -> R) (s : 'I_L -> I) (c : 'cV[R]_L),
  (forall k, m k = \sum_i p i * lambda i ^+ k) ->
  (forall i, 0 <= p i) -> (forall i, 0 <= lambda i) ->
  injective (fun k => lambda (s k)) -> (forall k, 0 < p (s k) /\ 0 < lambda (s k)) ->
  OPTL_H L m 0 *m c = OPTL_b L m ->
  let residual : {poly R} := 1 - \sum_k c k 0 *: 'X^k.+1 in
  [/\ forall S : {poly R}, (size S <= L)%N -> \sum_i p i * lambda i * (residual.[lambda i] * S.[lambda i]) = 0,
      size residual = L.+1,
      forall a, residual.[a] = 0 -> 0 < a
    & forall a h (S : {poly R}), residual != S * (('X - a%:P) ^+ 2 + (h ^+ 2)%:P)].

(* OPTL: over the reals residual has L zeros r_l, positive and different: it is (1 - x/r_0) .. (1 - x/r_(L-1)). So by
   OPTL_steps, for N > 0, the N/r_l are the learning rates of L steps with the coefficients c. *)
Definition OPTL_zeros : Prop :=
  forall (R : rcfType) L (I : finType) (p lambda : I -> R) (m : nat -> R) (s : 'I_L -> I) (c : 'cV[R]_L),
  (forall k, m k = \sum_i p i * lambda i ^+ k) ->
  (forall i, 0 <= p i) -> (forall i, 0 <= lambda i) ->
  injective (fun k => lambda (s k)) -> (forall k, 0 < p (s k) /\ 0 < lambda (s k)) ->
  OPTL_H L m 0 *m c = OPTL_b L m ->
  exists r : 'I_L -> R,
  [/\ injective r, forall l, 0 < r l & 1 - \sum_k c k 0 *: 'X^k.+1 = \prod_l (1 - (r l)^-1 *: 'X)].

(* OPTG (OPTG.T13, for the layers of section 1), given the normal equations: the error delta of a predictor is
   uncorrelated with every product of two entries of a window and one of the last window, the last two in one
   coordinate. Then subtracting the output o of a layer, with any number H of heads, any output maps P and any decays,
   does not lessen it: E |delta - o|^2 = E |delta|^2 + E |o|^2. The draws i have weights p_i. That the error of the
   best step is so uncorrelated, for i.i.d. coordinates, is NOT certified here; the claim proves it from the moments. *)
Definition OPTG_algebra : Prop :=
  forall (R : realFieldType) f N K (p : 'I_K -> R) (x y : 'I_K -> nat -> 'cV[R]_f) (delta : 'I_K -> 'cV[R]_f)
    H (P : 'I_H -> 'M[R]_f) Q q (A : 'I_H -> 'M[R]_f) beta, (0 < N)%N -> (forall i, 0 <= p i) ->
  let C i n := window_number (tokens (x i) (y i)) 2 n in
  (forall n (a b c : 'I_f) (j k l : 'I_3), (n < N)%N ->
   \sum_i p i * (C i n a j * C i n b k * C i N.-1 b l * delta i c 0) = 0) ->
  let o i := \sum_h P h *m head_output (x i) (y i) (Q h) (q h) (A h) (beta h) 2 N in
  \sum_i p i * sqnorm (delta i - o i) = \sum_i p i * sqnorm (delta i) + \sum_i p i * sqnorm (o i)
  /\ \sum_i p i * sqnorm (delta i) <= \sum_i p i * sqnorm (delta i - o i).

(* OPTG: so no layer does better. If the error of one head, target - best, satisfies the normal equations, then the
   expected squared error of every layer of section 1 is at least as large, with any number H of heads, any output maps
   P and any decays. That the best single step satisfies the normal equations, for i.i.d. coordinates, and that no
   other head is as good at decay 1, is NOT certified here. *)
Definition OPTG : Prop :=
  forall (R : realFieldType) f N K (p : 'I_K -> R) (x y : 'I_K -> nat -> 'cV[R]_f) (target : 'I_K -> 'cV[R]_f)
    Q_best q_best A_best beta_best H (P : 'I_H -> 'M[R]_f) Q q (A : 'I_H -> 'M[R]_f) beta, (0 < N)%N ->
  (forall i, 0 <= p i) ->
  let C i n := window_number (tokens (x i) (y i)) 2 n in
  let best i := head_output (x i) (y i) Q_best q_best A_best beta_best 2 N in
  let error (o : 'I_K -> 'cV[R]_f) := \sum_i p i * sqnorm (target i - o i) in
  (forall n (a b c : 'I_f) (j k l : 'I_3), (n < N)%N ->
   \sum_i p i * (C i n a j * C i n b k * C i N.-1 b l * (target i - best i) c 0) = 0) ->
  error best <= error (fun i => \sum_h P h *m head_output (x i) (y i) (Q h) (q h) (A h) (beta h) 2 N).
