From mathcomp Require Import all_ssreflect all_algebra.
From Certificates Require Import Constructions.
From Certificates Require Export Statements.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* ------------------------------------------------------------------------------------------------
   6. STEP: sample by sample, with a decay, in another order
   ------------------------------------------------------------------------------------------------ *)

(* 1/(2t) sum_i a^(t-i) |W^T x_i - y_i|^2: older samples weigh less, or more. *)
Definition weighted_loss (R : comUnitRingType) f g (x : nat -> 'cV[R]_f) (y : nat -> 'cV[R]_g) (a : R) t
    (W : 'M[R]_(f, g)) : R :=
  (2 * t)%:R^-1 * \sum_(1 <= i < t.+1) a ^+ (t - i) * sqnorm (W^T *m x i - y i).

(* STEP (section 3.1, 3.2). With a decay a and the factor -(eta/t), the output after t samples is the
   prediction after one step of rate eta on the weighted loss of these t samples:
   -(eta/t) Z_t C_t q = W_1^T x_(t+1). Without a decay, a = 1, the loss is the plain one. *)
Definition STEP : Prop :=
  forall (R : realFieldType) f t (x y : nat -> 'cV[R]_f) a eta W1, (0 < t)%N ->
  step (weighted_loss x y a t) eta 0 W1 ->
  head_output x y (P2_Q R) (P2_q R) (const_mx a) (P2_beta eta t) P2_stride t = W1^T *m x t.+1.

(* STEP: with -(eta/N) kept at every step, it is the prediction after one step of rate eta t/N. *)
Definition STEP_rate : Prop :=
  forall (R : realFieldType) f t N (x y : nat -> 'cV[R]_f) a eta W1, (0 < t)%N ->
  step (weighted_loss x y a t) (eta * t%:R / N%:R) 0 W1 ->
  head_output x y (P2_Q R) (P2_q R) (const_mx a) (P2_beta eta N) P2_stride t = W1^T *m x t.+1.

(* STEP: the same for L layers of two heads, from any W_0. *)
Definition STEP_layers : Prop :=
  forall (R : realFieldType) f t N (x y : nat -> 'cV[R]_f) a eta W L, (0 < t)%N ->
  descent (weighted_loss x y a t) (eta * t%:R / N%:R) W ->
  let Z  := last_state x y (P3_Q R)       (const_mx a) P3_stride t in
  let Zt := last_state x y (P3_Q_tilde R) (const_mx a) P3_stride t in
  layers Z Zt (P3_keep R) (P3_rate eta N) (W 0%N)^T L *m last_readout x y (P3_q R) P3_stride t
  = (W L)^T *m x t.+1.

(* STEP: the gradient of the weighted loss is (1/t) sum_i a^(t-i) x_i (W^T x_i - y_i)^T. *)
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

(* STEP: with a decay a, exchanging the samples m and m + 1 adds
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

(* DIM (section 3.2, footnote 3). Inputs and targets are padded with zeros up to any common size f. The layers
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

(* DIM: the same for every linear map A of the inputs with A^T A = I and every linear map B of the targets. *)
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

(* DIM: one head, one step from 0, any A and B, with G = A^T A: the prediction for G x_(N+1), mapped by B. *)
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

(* LSA (section 2, Eqs. 2, 5). Causal linear attention as a recurrence: M_t u_t = sum_(i<=t) (u_t^T k_i) v_i. *)
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

(* LSA: a layer of the GD-SSM with Q = sum_h A_h B_h^T, where A_h and B_h are the columns of A and B, is causal
   linear attention over stacked windows, with one head for each h: sum_h M_(h,t) u_t = Z_t C_t q. *)
Definition LSA_windows : Prop :=
  forall (R : comUnitRingType) f r (x y : nat -> 'cV[R]_f) (A B : 'M[R]_(3, r)) (q : 'cV[R]_3) t, (0 < t)%N ->
  \sum_(h < r) attention_output (stacked f (col h A)) (stacked f (col h B)) (stacked f q) (stacked_window x y) t
  = last_state x y (A *m B^T) (const_mx 1) 2 t *m last_readout x y q 2 t.

(* LSA: the layer of von Oswald et al. (2023) over tokens e_i = [x_i; y_i] and the query's e = [x_(N+1);
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

(* LSA: from W_0 = 0, and whether or not the query's token attends to itself (c = 1 or 0), -1 times the second
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

(* LSA: no weights make Eq. 2, with the rows of a window C as tokens, equal to C Q C^T of the construction, not
   for all windows; and no weights make Eq. 5 over the two single tokens x, y equal to it. *)
Definition LSA_not_rows : Prop :=
  forall (R : realFieldType) f m, (0 < f)%N -> forall (WQ WK : 'M[R]_(3, m)) (WV : 'M[R]_(3, f)),
  exists C : 'M[R]_(f, 3), C *m WQ *m (C *m WK)^T *m (C *m WV) != C *m P2_Q R *m C^T.
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

(* CE (beyond section 3.3). If the gradient at 0 of l(., y) is a - T y for every y, one step from 0 needs two
   sums: -(eta/N) (a r_N^T - T Z_N) x_(N+1) = W_1^T x_(N+1). For softmax cross-entropy with K classes and one
   class for each sample, every entry of a is 1/K and T = I. *)
Definition CE : Prop :=
  forall (R : realFieldType) f K N (x : nat -> 'cV[R]_f) (y : nat -> 'cV[R]_K) eta
    (l : 'cV[R]_K -> 'cV[R]_K -> R) (a : 'cV[R]_K) (T : 'M[R]_K) W1,
  (forall y', is_gradient (fun z => l z y') 0 (a - T *m y')) ->
  step (mean_loss l x y N) eta 0 W1 ->
  - (eta / N%:R) *: ((a *m (total x N)^T - T *m products x y N) *m x N.+1) = W1^T *m x N.+1.

(* CE: the two sums over windows, where the inputs have the targets' size: Z by the head of P3, and r by a head
   with a linear input, r_t = r_(t-1) + C_t e_1. *)
Definition CE_windows : Prop :=
  forall (R : comUnitRingType) f N (x y : nat -> 'cV[R]_f), (0 < N)%N ->
  products x y N = last_state x y (P3_Q R) (const_mx 1) 2 N /\
  total x N = total (fun t => window_number (tokens x y) 2 t.-1 *m delta_mx 0 0) N.

(* CE: the two sums by one head, with a coordinate of the target's token that is always 1:
   (eta/N) [T  -a] Z_N x_(N+1), where Z sums up [y_t; 1] x_t^T. *)
Definition CE_one_head : Prop :=
  forall (R : realFieldType) f K N (x : nat -> 'cV[R]_f) (y : nat -> 'cV[R]_K) eta
    (l : 'cV[R]_K -> 'cV[R]_K -> R) (a : 'cV[R]_K) (T : 'M[R]_K) W1,
  (forall y', is_gradient (fun z => l z y') 0 (a - T *m y')) ->
  step (mean_loss l x y N) eta 0 W1 ->
  (eta / N%:R) *: (row_mx T (- a) *m products x (fun t => col_mx (y t) 1%:M) N *m x N.+1) = W1^T *m x N.+1.

(* CE: cross-entropy is (1^T y) A(z) - y^T z with A(z) = log sum_k exp z_k. Of A only its gradient alpha at 0 is
   used; for softmax every entry of alpha is 1/K. The sum of the inputs is not needed:
   (eta/N) (I - alpha 1^T) Z_N x_(N+1) = W_1^T x_(N+1). *)
Definition CE_softmax : Prop :=
  forall (R : realFieldType) f K N (x : nat -> 'cV[R]_f) (y : nat -> 'cV[R]_K) eta
    (A : 'cV[R]_K -> R) (alpha : 'cV[R]_K) W1,
  is_gradient A 0 alpha ->
  step (mean_loss (fun z y' => (\sum_k y' k 0) * A z - (y'^T *m z) 0 0) x y N) eta 0 W1 ->
  (eta / N%:R) *: ((1%:M - alpha *m (const_mx 1)^T) *m products x y N *m x N.+1) = W1^T *m x N.+1.

(* d is the derivative of g at z. *)
Definition is_derivative (R : realFieldType) (g : R -> R) (z d : R) : Prop :=
  forall e, 0 < e -> exists2 r, 0 < r & forall s, `|s| < r -> `|g (z + s) - g z - s * d| <= e * `|s|.

(* The loss of the non-linear model g(w^T x): 1/(2N) sum_i (g(w^T x_i) - y_i)^2 *)
Definition model_loss (R : comUnitRingType) f (g : R -> R) (x : nat -> 'cV[R]_f) (y : nat -> R) N (w : 'cV[R]_f) : R :=
  (2 * N)%:R^-1 * \sum_(1 <= i < N.+1) (g ((w^T *m x i) 0 0) - y i) ^+ 2.

(* P4 (Proposition 4, section 3.3, A.3), refuted: no function F of the state sum_i (0 - y_i) x_i of the linear
   model is the gradient (times N) of the non-linear model's loss at 0, not even for targets that the model
   itself produces, unless g(0) g'(0) = 0. *)
Definition P4_refuted : Prop :=
  forall (R : realFieldType) f N (g : R -> R) d, (0 < f)%N -> (0 < N)%N ->
  is_derivative g 0 d -> g 0 != 0 -> d != 0 ->
  ~ exists F : 'cV[R]_f -> 'cV[R]_f, forall (x : nat -> 'cV[R]_f) (w : 'cV[R]_f) G,
    let y i := g ((w^T *m x i) 0 0) in
    is_gradient (model_loss g x y N) 0 G ->
    F (\sum_(1 <= i < N.+1) (0 - y i) *: x i) = N%:R *: G.

(* P4: with one further head that sums up the inputs there is such a layer, for every differentiable g:
   g(-(eta/N) (g'(0) s_N + g(0) g'(0) r_N)^T x_(N+1)) = g(w_1^T x_(N+1)), s_N = -sum_i y_i x_i, r_N = sum_i x_i. *)
Definition P4 : Prop :=
  forall (R : realFieldType) f N (x : nat -> 'cV[R]_f) (y : nat -> R) (g : R -> R) d eta w1,
  is_derivative g 0 d -> step (model_loss g x y N) eta 0 w1 ->
  let s := total (fun t => - y t *: x t) N in
  let r := total x N in
  g ((- (eta / N%:R) *: ((d *: s + (g 0 * d) *: r)^T *m x N.+1)) 0 0) = g ((w1^T *m x N.+1) 0 0).
