(* Rows of the gallery of recurrences (../recurrences): for each file what its layer is said to be, as a
   proposition. Definitions and statements only; Proofs/Recurrences*.v prove them, and CertifiedRecurrences.v
   holds the two against each other. The name of a proposition is that of the file.

   Notation beside that of Statements.v
     \sum_(1 <= i < t.+1) F i            the sum of F i over i = 1 .. t
     \prod_(i.+1 <= j < t.+1) a j        the product of numbers a_(i+1) .. a_t; 1 for i = t
     \mprod_(i.+1 <= j < t.+1) A j       the product of matrices A_(i+1) .. A_t in this order; I for i = t
     a *: v *m k^T, S *m k - v           (a v) k^T, (S k) - v: products associate to the left, as in the files
     number A                            the entry of a matrix of size 1 x 1
     sqnorm v, inner A B, power A n      |v|^2, the sum of A_ij B_ij, and A^n, all of Statements.v
     \tr A, diag_mx g^T                  the trace; the diagonal matrix with the entries of the column g
     a \is a GRing.unit, A \in unitmx    a, A has an inverse;   a^-1, invmx A is this inverse
     comRingType, comUnitRingType        commutative rings; those in which it is known what has an inverse

   Tokens are numbered from 1: the keys are k 1, k 2, .., and so are the values v, queries q, and gates.
   A state at t has seen t tokens; at 0 it is the start. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Certificates Require Import Statements Updates.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Notation "\mprod_ ( a <= j < b ) F" := (\big[mulmx/1%:M]_(a <= j < b) F%R)
  (at level 36, F at level 36, j, a, b at level 50,
   format "\mprod_ ( a  <=  j  <  b )  F") : ring_scope.

(* ------------------------------------------------------------------------------------------------
   1. Layers: a start, and an update for each token. The updates are in Updates.v, which is written from the files.
   ------------------------------------------------------------------------------------------------ *)

(* S_0 = start,  S_t = update_t(S_(t-1)) *)
Fixpoint states (T : Type) (start : T) (update : nat -> T -> T) (t : nat) : T :=
  if t is u.+1 then update t (states start update u) else start.

(* ------------------------------------------------------------------------------------------------
   2. Algorithms, from a loss alone
   ------------------------------------------------------------------------------------------------ *)
Section Algorithms.
Variables (R : comUnitRingType) (d m : nat).
Implicit Types (F : 'M[R]_(d, m) -> R) (W G H : 'M[R]_(d, m)) (loss : nat -> 'M[R]_(d, m) -> R).

(* G is the gradient of the quadratic F at W: in every direction H, for some c and all s,
   F(W + sH) = F(W) + s <G, H> + s^2 c. Section 3 says that there is only one, and that over an ordered field
   it is the derivative. *)
Definition has_gradient F W G : Prop :=
  forall H, exists c, forall s, F (W + s *: H) = F W + s * inner G H + s ^+ 2 * c.

(* W1 = W - rate grad F(W) *)
Definition gradient_step F (rate : R) W W1 : Prop :=
  exists2 G, has_gradient F W G & W1 = W - rate *: G.

(* W1 = W - rate grad F(W) P *)
Definition preconditioned_step F (rate : R) (P : 'M[R]_m) W W1 : Prop :=
  exists2 G, has_gradient F W G & W1 = W - rate *: (G *m P).

(* W1 = W - rate grad F(W1) *)
Definition proximal_step F (rate : R) W W1 : Prop :=
  exists2 G, has_gradient F W1 G & W1 = W - rate *: G.

(* Online gradient descent: W_t = W_(t-1) - rate_t grad loss_t(W_(t-1)) *)
Definition online_descent loss (rate : nat -> R) (start : 'M[R]_(d, m)) (W : nat -> 'M[R]_(d, m)) : Prop :=
  W 0%N = start /\ forall t, gradient_step (loss t.+1) (rate t.+1) (W t) (W t.+1).

(* The same after a decay: W_t = V - rate_t grad loss_t(V), where V = decay_t(W_(t-1)) *)
Definition decayed_descent (decay : nat -> 'M[R]_(d, m) -> 'M[R]_(d, m)) loss (rate : nat -> R)
    (start : 'M[R]_(d, m)) (W : nat -> 'M[R]_(d, m)) : Prop :=
  W 0%N = start /\ forall t, gradient_step (loss t.+1) (rate t.+1) (decay t.+1 (W t)) (W t.+1).

(* Two steps at a token, on two losses *)
Definition double_descent loss1 loss2 (rate1 rate2 : nat -> R) (start : 'M[R]_(d, m))
    (W : nat -> 'M[R]_(d, m)) : Prop :=
  W 0%N = start /\ forall t, exists2 V, gradient_step (loss1 t.+1) (rate1 t.+1) (W t) V
                                      & gradient_step (loss2 t.+1) (rate2 t.+1) V (W t.+1).

(* Heavy ball: W_t = W_(t-1) + momentum_t (W_(t-1) - W_(t-2)) - rate_t grad loss_t(W_(t-1)), where
   W_(-1) = W_0 *)
Definition heavy_ball_descent loss (rate momentum : nat -> R) (start : 'M[R]_(d, m))
    (W : nat -> 'M[R]_(d, m)) : Prop :=
  W 0%N = start /\ forall t, exists2 G, has_gradient (loss t.+1) (W t) G
    & W t.+1 = W t + momentum t.+1 *: (W t - W t.-1) - rate t.+1 *: G.

(* Momentum: C_0 = 0,  C_t = momentum_t C_(t-1) - rate_t grad loss_t(W_(t-1)),  W_t = decay_t(W_(t-1)) + C_t *)
Definition momentum_descent (decay : nat -> 'M[R]_(d, m) -> 'M[R]_(d, m)) loss (rate momentum : nat -> R)
    (start : 'M[R]_(d, m)) (W : nat -> 'M[R]_(d, m)) : Prop :=
  W 0%N = start /\ exists2 C, C 0%N = 0 & forall t, exists2 G, has_gradient (loss t.+1) (W t) G
    & C t.+1 = momentum t.+1 *: C t - rate t.+1 *: G /\ W t.+1 = decay t.+1 (W t) + C t.+1.

(* 1/2 |S k - v|^2 *)
Definition error (k : 'cV[R]_m) (v : 'cV[R]_d) (S : 'M[R]_(d, m)) : R := 2%:R^-1 * sqnorm (S *m k - v).

End Algorithms.

(* ------------------------------------------------------------------------------------------------
   3. Gradients
   ------------------------------------------------------------------------------------------------ *)

(* deltanet: where 2 has an inverse there is at most one gradient. *)
Definition gradient_at_most_one : Prop :=
  forall (R : comUnitRingType) d m F (W G G' : 'M[R]_(d, m)), (2%:R : R) \is a GRing.unit ->
  has_gradient F W G -> has_gradient F W G' -> G = G'.

(* deltanet: over an ordered field it is the derivative, in the sense of Statements.v. *)
Definition gradient_is_derivative : Prop :=
  forall (R : realFieldType) d m F (W G : 'M[R]_(d, m)), has_gradient F W G -> is_gradient F W G.

(* deltanet: the gradient of 1/2 |S k - v|^2 is (S k - v) k^T. *)
Definition error_gradient : Prop :=
  forall (R : comUnitRingType) d m (k : 'cV[R]_m) (v : 'cV[R]_d) S G, (2%:R : R) \is a GRing.unit ->
  has_gradient (error k v) S G <-> G = (S *m k - v) *m k^T.

(* ------------------------------------------------------------------------------------------------
   4. Layers that are gradient descent. "W is the algorithm if and only if W_t = S_t for all t" says that the
      states S_t are what the algorithm computes, and that it computes nothing else.
   ------------------------------------------------------------------------------------------------ *)

(* linear_attention: one step of gradient descent from 0 on all tokens so far, with the rate 1.
   S_0 = 0,  S_t = S_(t-1) + v_t k_t^T;   W_t = 0 - grad L_t(0),  L_t(S) = 1/2 sum_(i = 1..t) |S k_i - v_i|^2;
   W_t = S_t. *)
Definition linear_attention : Prop :=
  forall (R : comUnitRingType) d m (k : nat -> 'cV[R]_m) (v : nat -> 'cV[R]_d), (2%:R : R) \is a GRing.unit ->
  let S := states 0 (fun t S => linear_attention_update S (k t) (v t)) in
  let L t S := 2%:R^-1 * \sum_(1 <= i < t.+1) sqnorm (S *m k i - v i) in
  forall t W, gradient_step (L t) 1 0 W <-> W = S t.

(* retnet: one step of gradient descent from 0 on all tokens so far, weighted by their age, with the rate 1.
   S_0 = 0,  S_t = g S_(t-1) + v_t k_t^T;   L_t(S) = 1/2 sum_(i = 1..t) g^(t-i) |S k_i - v_i|^2. *)
Definition retnet : Prop :=
  forall (R : comUnitRingType) d m (k : nat -> 'cV[R]_m) (v : nat -> 'cV[R]_d) (gamma : R),
  (2%:R : R) \is a GRing.unit ->
  let S := states 0 (fun t S => retnet_update S (k t) (v t) gamma) in
  let L t S := 2%:R^-1 * \sum_(1 <= i < t.+1) gamma ^+ (t - i) * sqnorm (S *m k i - v i) in
  forall t W, gradient_step (L t) 1 0 W <-> W = S t.

(* mamba2: one step from 0 on the errors of all tokens so far, weighted by the products of the gates after them.
   S_0 = 0,  S_t = a_t S_(t-1) + v_t k_t^T;   L_t(S) = 1/2 sum_(i = 1..t) (a_(i+1) .. a_t) |S k_i - v_i|^2. *)
Definition mamba2 : Prop :=
  forall (R : comUnitRingType) d m (k : nat -> 'cV[R]_m) (v : nat -> 'cV[R]_d) (a : nat -> R),
  (2%:R : R) \is a GRing.unit ->
  let S := states 0 (fun t S => mamba2_update S (k t) (v t) (a t)) in
  let L t S := 2%:R^-1 * \sum_(1 <= i < t.+1) (\prod_(i.+1 <= j < t.+1) a j) * sqnorm (S *m k i - v i) in
  forall t W, gradient_step (L t) 1 0 W <-> W = S t.

(* preconditioned: S_0 = 0,  S_t = S_(t-1) + y_t x_t^T P;   W_t = 0 - grad L_t(0) P,
   L_t(S) = 1/2 sum_(i = 1..t) |S x_i - y_i|^2. P need not be symmetric. *)
Definition preconditioned : Prop :=
  forall (R : comUnitRingType) d m (x : nat -> 'cV[R]_m) (y : nat -> 'cV[R]_d) (P : 'M[R]_m),
  (2%:R : R) \is a GRing.unit ->
  let S := states 0 (fun t S => preconditioned_update S (x t) (y t) P) in
  let L t S := 2%:R^-1 * \sum_(1 <= i < t.+1) sqnorm (S *m x i - y i) in
  forall t W, preconditioned_step (L t) 1 P 0 W <-> W = S t.

(* deltanet: online gradient descent with the rate b_t.
   S_0 = 0,  S_t = S_(t-1) (I - b_t k_t k_t^T) + b_t v_t k_t^T;
   W_0 = 0,  W_t = W_(t-1) - b_t grad L_t(W_(t-1)),  L_t(S) = 1/2 |S k_t - v_t|^2;   W_t = S_t for all t. *)
Definition deltanet : Prop :=
  forall (R : comUnitRingType) d m (k : nat -> 'cV[R]_m) (v : nat -> 'cV[R]_d) (beta : nat -> R) W,
  (2%:R : R) \is a GRing.unit ->
  let S := states 0 (fun t S => deltanet_update S (k t) (v t) (beta t)) in
  online_descent (fun t => error (k t) (v t)) beta 0 W <-> forall t, W t = S t.

(* deltaproduct: two steps at a token, each with its own key, value and rate.
   S_t = (S_(t-1) (I - b_t k_t k_t^T) + b_t v_t k_t^T) (I - b'_t k'_t k'_t^T) + b'_t v'_t k'_t^T;
   L_t(S) = 1/2 |S k_t - v_t|^2,  L'_t(S) = 1/2 |S k'_t - v'_t|^2. *)
Definition deltaproduct : Prop :=
  forall (R : comUnitRingType) d m (k k' : nat -> 'cV[R]_m) (v v' : nat -> 'cV[R]_d) (beta beta' : nat -> R) W,
  (2%:R : R) \is a GRing.unit ->
  let S := states 0 (fun t S => deltaproduct_update S (k t) (k' t) (v t) (v' t) (beta t) (beta' t)) in
  double_descent (fun t => error (k t) (v t)) (fun t => error (k' t) (v' t)) beta beta' 0 W
  <-> forall t, W t = S t.

(* deltaproduct_transition: what it erases, from any start.
   S_t = S_(t-1) (I - b_t k_t k_t^T) (I - b'_t k'_t k'_t^T);   L_t(S) = 1/2 |S k_t|^2,  L'_t(S) = 1/2 |S k'_t|^2. *)
Definition deltaproduct_transition : Prop :=
  forall (R : comUnitRingType) d m (k k' : nat -> 'cV[R]_m) (beta beta' : nat -> R) (S0 : 'M[R]_(d, m)) W,
  (2%:R : R) \is a GRing.unit ->
  let S := states S0 (fun t S => deltaproduct_transition_update S (k t) (k' t) (beta t) (beta' t)) in
  let L t S := 2%:R^-1 * sqnorm (S *m k t) in
  let L' t S := 2%:R^-1 * sqnorm (S *m k' t) in
  double_descent L L' beta beta' S0 W <-> forall t, W t = S t.

(* gated_delta: the step is taken at a_t S, after weight decay.
   S_0 = 0,  S_t = a_t S_(t-1) (I - b_t k_t k_t^T) + b_t v_t k_t^T;
   W_0 = 0,  W_t = a_t W_(t-1) - b_t grad L_t(a_t W_(t-1)),  L_t(S) = 1/2 |S k_t - v_t|^2. *)
Definition gated_delta : Prop :=
  forall (R : comUnitRingType) d m (k : nat -> 'cV[R]_m) (v : nat -> 'cV[R]_d) (alpha beta : nat -> R) W,
  (2%:R : R) \is a GRing.unit ->
  let S := states 0 (fun t S => gated_delta_update S (k t) (v t) (alpha t) (beta t)) in
  decayed_descent (fun t S => alpha t *: S) (fun t => error (k t) (v t)) beta 0 W <-> forall t, W t = S t.

(* kda: the same with a decay by a matrix D_t from the right (diagonal in Kimi Delta Attention, any here). *)
Definition kda : Prop :=
  forall (R : comUnitRingType) d m (k : nat -> 'cV[R]_m) (v : nat -> 'cV[R]_d) (beta : nat -> R)
    (D : nat -> 'M[R]_m) W,
  (2%:R : R) \is a GRing.unit ->
  let S := states 0 (fun t S => kda_update S (k t) (v t) (beta t) (D t)) in
  decayed_descent (fun t S => S *m D t) (fun t => error (k t) (v t)) beta 0 W <-> forall t, W t = S t.

(* kda_diagonal: the same with a gate for each key channel: D_t = diag(g_t). *)
Definition kda_diagonal : Prop :=
  forall (R : comUnitRingType) d m (k g : nat -> 'cV[R]_m) (v : nat -> 'cV[R]_d) (beta : nat -> R) W,
  (2%:R : R) \is a GRing.unit ->
  let S := states 0 (fun t S => kda_diagonal_update S (k t) (v t) (beta t) (g t)) in
  decayed_descent (fun t S => S *m diag_mx (g t)^T) (fun t => error (k t) (v t)) beta 0 W
  <-> forall t, W t = S t.

(* l2_penalty: S_0 = 0,  S_t = a_t S_(t-1) + b_t (v_t - S_(t-1) k_t) k_t^T, the error taken at S_(t-1);
   L_t(S) = 1/2 b_t |S k_t - v_t|^2 + 1/2 (1 - a_t) tr(S^T S),  rate 1. *)
Definition l2_penalty : Prop :=
  forall (R : comUnitRingType) d m (k : nat -> 'cV[R]_m) (v : nat -> 'cV[R]_d) (alpha beta : nat -> R) W,
  (2%:R : R) \is a GRing.unit ->
  let S := states 0 (fun t S => l2_penalty_update S (k t) (v t) (alpha t) (beta t)) in
  let L t S := 2%:R^-1 * beta t * sqnorm (S *m k t - v t) + 2%:R^-1 * (1 - alpha t) * \tr (S^T *m S) in
  online_descent L (fun=> 1) 0 W <-> forall t, W t = S t.

(* s6: online gradient descent with a fixed rate on a penalised inner product.
   S_0 = 0,  S_t = (1 - delta) S_(t-1) + delta v_t k_t^T;   L_t(S) = 1/2 |S|^2 - v_t^T S k_t,  rate delta. *)
Definition s6 : Prop :=
  forall (R : comUnitRingType) d m (k : nat -> 'cV[R]_m) (v : nat -> 'cV[R]_d) (delta : R) W,
  (2%:R : R) \is a GRing.unit ->
  let S := states 0 (fun t S => s6_update S (k t) (v t) delta) in
  let L t S := 2%:R^-1 * inner S S - number ((v t)^T *m S *m k t) in
  online_descent L (fun=> delta) 0 W <-> forall t, W t = S t.

(* ttt_minibatch: from any start, one step at every mini-batch of B tokens, on a loss without 1/2.
   W_t = W_(t-1) - 2 eta sum_(j = 1..B) (W_(t-1) k_(t,j) - v_(t,j)) k_(t,j)^T;
   L_t(W) = sum_(j = 1..B) |W k_(t,j) - v_(t,j)|^2,  rate eta. *)
Definition ttt_minibatch : Prop :=
  forall (R : comUnitRingType) d m B (k : nat -> nat -> 'cV[R]_m) (v : nat -> nat -> 'cV[R]_d) (eta : R) W0 W,
  (2%:R : R) \is a GRing.unit ->
  let S := states W0 (fun t W => ttt_minibatch_update B W (k t) (v t) eta) in
  let L t W := \sum_(1 <= j < B.+1) sqnorm (W *m k t j - v t j) in
  online_descent L (fun=> eta) W0 W <-> forall t, W t = S t.

(* heavy_ball: S_0 = U_0 = 0,  U_t = e_t U_(t-1) - h_t (S_(t-1) k_t - v_t) k_t^T,  S_t = S_(t-1) + U_t;
   L_t(S) = 1/2 |S k_t - v_t|^2, rate h_t, momentum e_t. *)
Definition heavy_ball : Prop :=
  forall (R : comUnitRingType) d m (k : nat -> 'cV[R]_m) (v : nat -> 'cV[R]_d) (eta theta : nat -> R) W,
  (2%:R : R) \is a GRing.unit ->
  let SU := states (0, 0) (fun t SU => heavy_ball_update SU (k t) (v t) (eta t) (theta t)) in
  heavy_ball_descent (fun t => error (k t) (v t)) theta eta 0 W <-> forall t, W t = (SU t).1.

(* titans: momentum, added to a state that decays.
   M_0 = U_0 = 0,  U_t = e_t U_(t-1) - h_t (M_(t-1) k_t - v_t) k_t^T,  M_t = (1 - a_t) M_(t-1) + U_t;
   L_t(M) = 1/2 |M k_t - v_t|^2, rate h_t, momentum e_t, decay 1 - a_t. *)
Definition titans : Prop :=
  forall (R : comUnitRingType) d m (k : nat -> 'cV[R]_m) (v : nat -> 'cV[R]_d) (alpha eta theta : nat -> R) W,
  (2%:R : R) \is a GRing.unit ->
  let MU := states (0, 0) (fun t MU => titans_update MU (k t) (v t) (alpha t) (eta t) (theta t)) in
  momentum_descent (fun t M => (1 - alpha t) *: M) (fun t => error (k t) (v t)) theta eta 0 W
  <-> forall t, W t = (MU t).1.

(* longhorn: a proximal step, where 1 + b_t k_t^T k_t has an inverse.
   S_0 = 0,  S_t = S_(t-1) + b_t / (1 + b_t k_t^T k_t) (v_t - S_(t-1) k_t) k_t^T;
   S_t = S_(t-1) - b_t grad L_t(S_t),  L_t(S) = 1/2 |S k_t - v_t|^2, and no other S_t is. *)
Definition longhorn : Prop :=
  forall (R : comUnitRingType) d m (k : nat -> 'cV[R]_m) (v : nat -> 'cV[R]_d) (beta : nat -> R),
  (2%:R : R) \is a GRing.unit ->
  (forall t, 1 + beta t * number ((k t)^T *m k t) \is a GRing.unit) ->
  let S := states 0 (fun t S => longhorn_update S (k t) (v t) (beta t)) in
  forall t W, proximal_step (error (k t.+1) (v t.+1)) (beta t.+1) (S t) W <-> W = S t.+1.

(* longhorn: over an ordered field and for b_t >= 0 (then 1 + b_t k_t^T k_t > 0), S_t is the only minimiser of
   |S - S_(t-1)|^2 + b_t |S k_t - v_t|^2. *)
Definition longhorn_minimiser : Prop :=
  forall (R : realFieldType) d m (k : nat -> 'cV[R]_m) (v : nat -> 'cV[R]_d) (beta : nat -> R),
  (forall t, 0 <= beta t) ->
  let S := states 0 (fun t S => longhorn_update S (k t) (v t) (beta t)) in
  let objective t V := inner (V - S t) (V - S t) + beta t.+1 * sqnorm (V *m k t.+1 - v t.+1) in
  forall t V, V != S t.+1 -> objective t (S t.+1) < objective t V.

(* ------------------------------------------------------------------------------------------------
   5. Layers that are other layers, or sums over tokens
   ------------------------------------------------------------------------------------------------ *)

(* deltanet_error_form: from any start, S_t = S_(t-1) (I - b_t k_t k_t^T) + b_t v_t k_t^T is the same as
   M_t = M_(t-1) + b_t (v_t - M_(t-1) k_t) k_t^T. *)
Definition deltanet_error_form : Prop :=
  forall (R : comRingType) d m (k q : nat -> 'cV[R]_m) (v : nat -> 'cV[R]_d) (beta : nat -> R) S0,
  let S := states S0 (fun t S => deltanet_update S (k t) (v t) (beta t)) in
  let M := states S0 (fun t M => deltanet_error_form_other_update M (k t) (v t) (beta t)) in
  forall t, M t = S t /\ S t *m q t = M t *m q t.

(* deltanet_rows: M_t = M_(t-1) + b_t k_t (v_t - M_(t-1)^T k_t)^T is its transpose, both from 0. *)
Definition deltanet_rows : Prop :=
  forall (R : comRingType) d m (k q : nat -> 'cV[R]_m) (v : nat -> 'cV[R]_d) (beta : nat -> R),
  let S := states 0 (fun t S => deltanet_update S (k t) (v t) (beta t)) in
  let M := states 0 (fun t M => deltanet_rows_other_update M (k t) (v t) (beta t)) in
  forall t, M t = (S t)^T /\ S t *m q t = (M t)^T *m q t.

(* deltanet_unrolled: S_t = sum_(i = 1..t) b_i v_i k_i^T (I - b_(i+1) k_(i+1) k_(i+1)^T) .. (I - b_t k_t k_t^T). *)
Definition deltanet_unrolled : Prop :=
  forall (R : comRingType) d m (k : nat -> 'cV[R]_m) (v : nat -> 'cV[R]_d) (beta : nat -> R),
  let S := states 0 (fun t S => deltanet_update S (k t) (v t) (beta t)) in
  forall t, S t = \sum_(1 <= i < t.+1)
    beta i *: v i *m (k i)^T *m \mprod_(i.+1 <= j < t.+1) (1%:M - beta j *: k j *m (k j)^T).

(* deltanet_chunk: C more tokens at once, from any state.
   S_(t+C) = S_t (I - b_(t+1) k_(t+1) k_(t+1)^T) .. (I - b_(t+C) k_(t+C) k_(t+C)^T)
     + sum_(i = 1..C) b_(t+i) v_(t+i) k_(t+i)^T (I - b_(t+i+1) ..) .. (I - b_(t+C) ..). *)
Definition deltanet_chunk : Prop :=
  forall (R : comRingType) d m (k : nat -> 'cV[R]_m) (v : nat -> 'cV[R]_d) (beta : nat -> R) S0,
  let S := states S0 (fun t S => deltanet_update S (k t) (v t) (beta t)) in
  forall t C, S (t + C)%N =
    S t *m \mprod_(t.+1 <= j < (t + C).+1) (1%:M - beta j *: k j *m (k j)^T)
    + \sum_(1 <= i < C.+1) beta (t + i)%N *: v (t + i)%N *m (k (t + i)%N)^T
        *m \mprod_((t + i).+1 <= j < (t + C).+1) (1%:M - beta j *: k j *m (k j)^T).

(* gla_parallel: S_0 = 0,  S_t = S_(t-1) D_t + v_t k_t^T, for any matrices D_t (diagonal in gated linear attention):
   S_t q_t = sum_(i = 1..t) v_i k_i^T D_(i+1) .. D_t q_t. *)
Definition gla_parallel : Prop :=
  forall (R : comRingType) d m (k q : nat -> 'cV[R]_m) (v : nat -> 'cV[R]_d) (D : nat -> 'M[R]_m),
  let S := states 0 (fun t S => gla_chunk_update S (k t) (v t) (D t)) in
  forall t, S t *m q t =
    \sum_(1 <= i < t.+1) v i *m (k i)^T *m (\mprod_(i.+1 <= j < t.+1) D j) *m q t.

(* gla_chunk: S_(t+C) = S_t D_(t+1) .. D_(t+C) + sum_(i = 1..C) v_(t+i) k_(t+i)^T D_(t+i+1) .. D_(t+C),
   from any start. *)
Definition gla_chunk : Prop :=
  forall (R : comRingType) d m (k : nat -> 'cV[R]_m) (v : nat -> 'cV[R]_d) (D : nat -> 'M[R]_m) S0,
  let S := states S0 (fun t S => gla_chunk_update S (k t) (v t) (D t)) in
  forall t C, S (t + C)%N =
    S t *m (\mprod_(t.+1 <= j < (t + C).+1) D j)
    + \sum_(1 <= i < C.+1) v (t + i)%N *m (k (t + i)%N)^T *m \mprod_((t + i).+1 <= j < (t + C).+1) D j.

(* gla_diagonal: the same as gla_parallel with D_t = diag(g_t). *)
Definition gla_diagonal : Prop :=
  forall (R : comRingType) d m (k q g : nat -> 'cV[R]_m) (v : nat -> 'cV[R]_d),
  let S := states 0 (fun t S => gla_diagonal_update S (k t) (v t) (g t)) in
  forall t, S t *m q t =
    \sum_(1 <= i < t.+1) v i *m (k i)^T *m (\mprod_(i.+1 <= j < t.+1) diag_mx (g j)^T) *m q t.

(* gla_diagonal_chunk: the same as gla_chunk with D_t = diag(g_t). *)
Definition gla_diagonal_chunk : Prop :=
  forall (R : comRingType) d m (k g : nat -> 'cV[R]_m) (v : nat -> 'cV[R]_d) S0,
  let S := states S0 (fun t S => gla_diagonal_update S (k t) (v t) (g t)) in
  forall t C, S (t + C)%N =
    S t *m (\mprod_(t.+1 <= j < (t + C).+1) diag_mx (g j)^T)
    + \sum_(1 <= i < C.+1)
        v (t + i)%N *m (k (t + i)%N)^T *m \mprod_((t + i).+1 <= j < (t + C).+1) diag_mx (g j)^T.

(* masked_step: alpha = 1 and beta = 0 leave the state of gated_delta as it is: S_t = S_(t-1). *)
Definition masked_step : Prop :=
  forall (R : comRingType) d m (k : nat -> 'cV[R]_m) (v : nat -> 'cV[R]_d) S0,
  let S := states S0 (fun t S => masked_step_update S (k t) (v t)) in
  forall t, S t.+1 = S t.

(* rnn_unrolled: x_0 = 0,  x_t = A x_(t-1) + B u_t;   x_t = sum_(i = 1..t) A^(t-i) B u_i. *)
Definition rnn_unrolled : Prop :=
  forall (R : comUnitRingType) d m (u : nat -> 'cV[R]_m) (A : 'M[R]_d) (B : 'M[R]_(d, m)),
  let x := states 0 (fun t x => rnn_unrolled_update x (u t) A B) in
  forall t, x t = \sum_(1 <= i < t.+1) power A (t - i) *m B *m u i.

(* mamba2_chunk: S_(t+C) = a_(t+1) .. a_(t+C) S_t + sum_(i = 1..C) a_(t+i+1) .. a_(t+C) v_(t+i) k_(t+i)^T,
   from any start. *)
Definition mamba2_chunk : Prop :=
  forall (R : comRingType) d m (k : nat -> 'cV[R]_m) (v : nat -> 'cV[R]_d) (a : nat -> R) S0,
  let S := states S0 (fun t S => mamba2_update S (k t) (v t) (a t)) in
  forall t C, S (t + C)%N =
    (\prod_(t.+1 <= j < (t + C).+1) a j) *: S t
    + \sum_(1 <= i < C.+1) (\prod_((t + i).+1 <= j < (t + C).+1) a j) *: v (t + i)%N *m (k (t + i)%N)^T.

(* mamba2_parallel: S_t q_t = sum_(i = 1..t) a_(i+1) .. a_t <k_i, q_t> v_i, from S_0 = 0. *)
Definition mamba2_parallel : Prop :=
  forall (R : comRingType) d m (k q : nat -> 'cV[R]_m) (v : nat -> 'cV[R]_d) (a : nat -> R),
  let S := states 0 (fun t S => mamba2_update S (k t) (v t) (a t)) in
  forall t, S t *m q t =
    \sum_(1 <= i < t.+1) ((\prod_(i.+1 <= j < t.+1) a j) * number ((k i)^T *m q t)) *: v i.

(* retnet_chunk: S_(t+C) = g^C S_t + sum_(i = 1..C) g^(C-i) v_(t+i) k_(t+i)^T, from any start. *)
Definition retnet_chunk : Prop :=
  forall (R : comRingType) d m (k : nat -> 'cV[R]_m) (v : nat -> 'cV[R]_d) (gamma : R) S0,
  let S := states S0 (fun t S => retnet_update S (k t) (v t) gamma) in
  forall t C, S (t + C)%N =
    gamma ^+ C *: S t + \sum_(1 <= i < C.+1) gamma ^+ (C - i) *: v (t + i)%N *m (k (t + i)%N)^T.

(* retnet_parallel: S_t q_t = sum_(i = 1..t) g^(t-i) <k_i, q_t> v_i, from S_0 = 0. *)
Definition retnet_parallel : Prop :=
  forall (R : comRingType) d m (k q : nat -> 'cV[R]_m) (v : nat -> 'cV[R]_d) (gamma : R),
  let S := states 0 (fun t S => retnet_update S (k t) (v t) gamma) in
  forall t, S t *m q t =
    \sum_(1 <= i < t.+1) (gamma ^+ (t - i) * number ((k i)^T *m q t)) *: v i.

(* retnet_normaliser_chunk: z_t = g z_(t-1) + k_t, from any start;
   z_(t+C) = g^C z_t + sum_(i = 1..C) g^(C-i) k_(t+i). *)
Definition retnet_normaliser_chunk : Prop :=
  forall (R : comRingType) m (k : nat -> 'cV[R]_m) (gamma : R) z0,
  let z := states z0 (fun t z => retnet_normaliser_chunk_update z (k t) gamma) in
  forall t C, z (t + C)%N = gamma ^+ C *: z t + \sum_(1 <= i < C.+1) gamma ^+ (C - i) *: k (t + i)%N.

(* linear_attention_chunk: S_(t+C) = S_t + sum_(i = 1..C) v_(t+i) k_(t+i)^T, from any start. *)
Definition linear_attention_chunk : Prop :=
  forall (R : comRingType) d m (k : nat -> 'cV[R]_m) (v : nat -> 'cV[R]_d) S0,
  let S := states S0 (fun t S => linear_attention_update S (k t) (v t)) in
  forall t C, S (t + C)%N = S t + \sum_(1 <= i < C.+1) v (t + i)%N *m (k (t + i)%N)^T.

(* linear_attention_parallel: S_t q_t = sum_(i = 1..t) <k_i, q_t> v_i, from S_0 = 0. *)
Definition linear_attention_parallel : Prop :=
  forall (R : comRingType) d m (k q : nat -> 'cV[R]_m) (v : nat -> 'cV[R]_d),
  let S := states 0 (fun t S => linear_attention_update S (k t) (v t)) in
  forall t, S t *m q t = \sum_(1 <= i < t.+1) number ((k i)^T *m q t) *: v i.

(* momentum: U_0 = 0,  U_t = e U_(t-1) - h g_t;   U_t = - h sum_(i = 1..t) e^(t-i) g_i. *)
Definition momentum : Prop :=
  forall (R : comRingType) d (g : nat -> 'cV[R]_d) (eta theta : R),
  let U := states 0 (fun t U => momentum_update U (g t) eta theta) in
  forall t, U t = - theta *: \sum_(1 <= i < t.+1) eta ^+ (t - i) *: g i.

(* titans_two_steps_back: without U_t, from the memory one and two tokens back. W_0 = N_0 = 0,
   W_t = (1 - a_t) W_(t-1) + e_t (W_(t-1) - (1 - a_(t-1)) N_(t-1)) - h_t (W_(t-1) k_t - v_t) k_t^T,  N_t = W_(t-1). *)
Definition titans_two_steps_back : Prop :=
  forall (R : comRingType) d m (k q : nat -> 'cV[R]_m) (v : nat -> 'cV[R]_d) (alpha eta theta : nat -> R),
  let MU := states (0, 0) (fun t MU => titans_update MU (k t) (v t) (alpha t) (eta t) (theta t)) in
  let WN := states (0, 0) (fun t WN =>
    titans_two_steps_back_other_update WN (k t) (v t) (alpha t) (alpha t.-1) (eta t) (theta t)) in
  forall t, [/\ (MU t).1 = (WN t).1, (MU t).2 = (WN t).1 - (1 - alpha t) *: (WN t).2
    & (MU t).1 *m q t = (WN t).1 *m q t].

(* titans_unrolled: M_t = sum_(i = 1..t) (1 - a_(i+1)) .. (1 - a_t) U_i. *)
Definition titans_unrolled : Prop :=
  forall (R : comRingType) d m (k : nat -> 'cV[R]_m) (v : nat -> 'cV[R]_d) (alpha eta theta : nat -> R),
  let MU := states (0, 0) (fun t MU => titans_update MU (k t) (v t) (alpha t) (eta t) (theta t)) in
  forall t, (MU t).1 = \sum_(1 <= i < t.+1) (\prod_(i.+1 <= j < t.+1) (1 - alpha j)) *: (MU i).2.

(* titans_momentum_unrolled: U_t = - sum_(i = 1..t) e_(i+1) .. e_t h_i (M_(i-1) k_i - v_i) k_i^T. *)
Definition titans_momentum_unrolled : Prop :=
  forall (R : comRingType) d m (k : nat -> 'cV[R]_m) (v : nat -> 'cV[R]_d) (alpha eta theta : nat -> R),
  let MU := states (0, 0) (fun t MU => titans_update MU (k t) (v t) (alpha t) (eta t) (theta t)) in
  forall t, (MU t).2 = - \sum_(1 <= i < t.+1)
    ((\prod_(i.+1 <= j < t.+1) eta j) * theta i) *: ((MU i.-1).1 *m k i - v i) *m (k i)^T.

(* titans_double_sum: M_t = - sum_(i = 1..t) (1 - a_(i+1)) .. (1 - a_t)
     sum_(j = 1..i) h_j e_(j+1) .. e_i (M_(j-1) k_j - v_j) k_j^T. *)
Definition titans_double_sum : Prop :=
  forall (R : comRingType) d m (k : nat -> 'cV[R]_m) (v : nat -> 'cV[R]_d) (alpha eta theta : nat -> R),
  let MU := states (0, 0) (fun t MU => titans_update MU (k t) (v t) (alpha t) (eta t) (theta t)) in
  forall t, (MU t).1 = - \sum_(1 <= i < t.+1) (\prod_(i.+1 <= l < t.+1) (1 - alpha l)) *:
    \sum_(1 <= j < i.+1)
      (theta j * \prod_(j.+1 <= l < i.+1) eta l) *: ((MU j.-1).1 *m k j - v j) *m (k j)^T.

(* wy: P_0 = I,  P_t = P_(t-1) (I - b_t k_t k_t^T);   F_0 = 0,  w_t = b_t (k_t - F_(t-1) k_t),
   F_t = F_(t-1) + w_t k_t^T;   P_t = I - F_t. *)
Definition wy : Prop :=
  forall (R : comRingType) m (k : nat -> 'cV[R]_m) (beta : nat -> R),
  let P := states 1%:M (fun t P => wy_update P (k t) (beta t)) in
  let wF := states (0, 0) (fun t wF => wy_other_update wF (k t) (beta t)) in
  forall t, P t = 1%:M - (wF t).2.

(* wy_product: F_t = I - (I - b_1 k_1 k_1^T) .. (I - b_t k_t k_t^T). *)
Definition wy_product : Prop :=
  forall (R : comRingType) m (k : nat -> 'cV[R]_m) (beta : nat -> R),
  let wF := states (0, 0) (fun t wF => wy_other_update wF (k t) (beta t)) in
  forall t, (wF t).2 = 1%:M - \mprod_(1 <= j < t.+1) (1%:M - beta j *: k j *m (k j)^T).

(* wy_sum: F_t = sum_(i = 1..t) w_i k_i^T. *)
Definition wy_sum : Prop :=
  forall (R : comRingType) m (k : nat -> 'cV[R]_m) (beta : nat -> R),
  let wF := states (0, 0) (fun t wF => wy_other_update wF (k t) (beta t)) in
  forall t, (wF t).2 = \sum_(1 <= i < t.+1) (wF i).1 *m (k i)^T.

(* ------------------------------------------------------------------------------------------------
   6. Inverses
   ------------------------------------------------------------------------------------------------ *)

(* mesa_inverse: P_0 = A^-1,  P_t = P_(t-1) - P_(t-1) k_t k_t^T P_(t-1) / (1 + k_t^T P_(t-1) k_t) is the inverse of
   A + sum_(i = 1..t) k_i k_i^T, where A and all that is divided by have inverses. *)
Definition mesa_inverse : Prop :=
  forall (R : comUnitRingType) m (A : 'M[R]_m) (k : nat -> 'cV[R]_m),
  let P := states (invmx A) (fun t P => mesa_update P (k t)) in
  A \in unitmx -> (forall t, 1 + number ((k t.+1)^T *m P t *m k t.+1) \is a GRing.unit) ->
  forall t, P t *m (A + \sum_(1 <= i < t.+1) k i *m (k i)^T) = 1%:M.

(* mesa: R_t P_t q_t = B_t Lambda_t^-1 q_t, where R_0 = B_0 = 0,  R_t = R_(t-1) + v_t k_t^T and so is B_t,
   Lambda_0 = A,  Lambda_t = Lambda_(t-1) + k_t k_t^T. That Lambda_t has an inverse need not be assumed. *)
Definition mesa : Prop :=
  forall (R : comUnitRingType) d m (A : 'M[R]_m) (k q : nat -> 'cV[R]_m) (v : nat -> 'cV[R]_d),
  let P := states (invmx A) (fun t P => mesa_update P (k t)) in
  let Rv := states 0 (fun t R => linear_attention_update R (k t) (v t)) in
  let Lambda := states A (fun t Lambda => mesa_other_update Lambda (k t)) in
  let B := states 0 (fun t B => linear_attention_update B (k t) (v t)) in
  A \in unitmx -> (forall t, 1 + number ((k t.+1)^T *m P t *m k t.+1) \is a GRing.unit) ->
  forall t, Lambda t \in unitmx /\ Rv t *m P t *m q t = B t *m invmx (Lambda t) *m q t.

(* ridge: W_0 = 0,  W_t = W_(t-1) + (v_t - W_(t-1) k_t) k_t^T P_t, with P_t as above, solves the normal equations
   W_t (A + sum_(i = 1..t) k_i k_i^T) = sum_(i = 1..t) v_i k_i^T. *)
Definition ridge : Prop :=
  forall (R : comUnitRingType) d m (A : 'M[R]_m) (k : nat -> 'cV[R]_m) (v : nat -> 'cV[R]_d),
  let PW := states (invmx A, 0) (fun t PW => ridge_update PW (k t) (v t)) in
  A \in unitmx -> (forall t, 1 + number ((k t.+1)^T *m (PW t).1 *m k t.+1) \is a GRing.unit) ->
  forall t, (PW t).2 *m (A + \sum_(1 <= i < t.+1) k i *m (k i)^T) = \sum_(1 <= i < t.+1) v i *m (k i)^T.

(* mesanet_first_step: H_0 = 0,  H_t = H_(t-1) + k_t k_t^T,  x_t = <q_t, q_t> / (q_t^T (H_t + l I) q_t) q_t, the first
   step of conjugate gradients on (H_t + l I) x = q_t; the residual is orthogonal to q_t:
   q_t^T (q_t - (H_t + l I) x_t) = 0, where what is divided by has an inverse. *)
Definition mesanet_first_step : Prop :=
  forall (R : comUnitRingType) m (k q : nat -> 'cV[R]_m) (lambda : R),
  let Hx := states (0, 0) (fun t Hx => mesanet_first_step_update Hx (k t) (q t) lambda) in
  forall t, (0 < t)%N -> number ((q t)^T *m ((Hx t).1 + lambda *: 1%:M) *m q t) \is a GRing.unit ->
  (q t)^T *m (q t - ((Hx t).1 + lambda *: 1%:M) *m (Hx t).2) = 0.

(* newton_schulz: X_t = X_(t-1) (2 I - A X_(t-1)), from any X_0, squares the residual:
   I - A X_t = (I - A X_(t-1))^2. *)
Definition newton_schulz : Prop :=
  forall (R : comRingType) m (A X0 : 'M[R]_m),
  let X := states X0 (fun _ X => newton_schulz_update X A) in
  forall t, 1%:M - A *m X t.+1 = (1%:M - A *m X t) *m (1%:M - A *m X t).

(* gd_plus_plus: X_t = (I - g X_(t-1) X_(t-1)^T) X_(t-1), from any X_0, where
   X_t X_t^T = (I - g X_(t-1) X_(t-1)^T) X_(t-1) X_(t-1)^T (I - g X_(t-1) X_(t-1)^T). *)
Definition gd_plus_plus : Prop :=
  forall (R : comRingType) m n (gamma : R) (X0 : 'M[R]_(m, n)),
  let X := states X0 (fun _ X => gd_plus_plus_update X gamma) in
  forall t, X t.+1 *m (X t.+1)^T =
    (1%:M - gamma *: X t *m (X t)^T) *m X t *m (X t)^T *m (1%:M - gamma *: X t *m (X t)^T).

(* ------------------------------------------------------------------------------------------------
   7. What is refuted, for numbers (m = d = 1)
   ------------------------------------------------------------------------------------------------ *)

(* gated_delta_error_at_old_state: M_t = a_t M_(t-1) + b_t (v_t - M_(t-1) k_t) k_t^T, the error taken at M_(t-1)
   and not at a_t M_(t-1), is another layer than gated_delta, over any commutative ring. *)
Definition gated_delta_error_at_old_state : Prop :=
  forall R : comRingType,
  exists (k q : nat -> 'cV[R]_1) (v : nat -> 'cV[R]_1) (alpha beta : nat -> R) (t : nat),
  let S := states 0 (fun t S => gated_delta_update S (k t) (v t) (alpha t) (beta t)) in
  let M := states 0 (fun t M => gated_delta_error_at_old_state_other_update M (k t) (v t) (alpha t) (beta t)) in
  S t *m q t != M t *m q t.

(* wy_sign: with w_t = b_t (k_t + F_(t-1) k_t), P_t = I - F_t is false, unless 2 = 0. *)
Definition wy_sign : Prop :=
  forall R : comRingType, (2%:R : R) != 0 ->
  exists (k : nat -> 'cV[R]_1) (beta : nat -> R) (t : nat),
  let P := states 1%:M (fun t P => wy_update P (k t) (beta t)) in
  let wF := states (0, 0) (fun t wF => wy_sign_other_update wF (k t) (beta t)) in
  P t != 1%:M - (wF t).2.

(* deltanet_rate_dropped: without b_t before v_t k_t^T it is not online gradient descent with the rate b_t. *)
Definition deltanet_rate_dropped : Prop :=
  forall R : comUnitRingType, (2%:R : R) \is a GRing.unit ->
  exists (k v : nat -> 'cV[R]_1) (beta : nat -> R),
  let S := states 0 (fun t S => deltanet_rate_dropped_update S (k t) (v t) (beta t)) in
  ~ online_descent (fun t => error (k t) (v t)) beta 0 S.

(* linear_attention_from_any_start: from another start than 0 it is not one step of gradient descent. *)
Definition linear_attention_from_any_start : Prop :=
  forall R : comUnitRingType, (2%:R : R) \is a GRing.unit ->
  exists (k v : nat -> 'cV[R]_1) (S0 : 'M[R]_1) (t : nat),
  let S := states S0 (fun t S => linear_attention_update S (k t) (v t)) in
  let L t S := 2%:R^-1 * \sum_(1 <= i < t.+1) sqnorm (S *m k i - v i) in
  ~ gradient_step (L t) 1 S0 (S t).

(* mamba2_unweighted: the gates are weights; without them the loss is another one. *)
Definition mamba2_unweighted : Prop :=
  forall R : comUnitRingType, (2%:R : R) \is a GRing.unit ->
  exists (k v : nat -> 'cV[R]_1) (a : nat -> R) (t : nat),
  let S := states 0 (fun t S => mamba2_update S (k t) (v t) (a t)) in
  let L t S := 2%:R^-1 * \sum_(1 <= i < t.+1) sqnorm (S *m k i - v i) in
  ~ gradient_step (L t) 1 0 (S t).

(* ttt_minibatch_half_rate: the 2 of the gradient forgotten. *)
Definition ttt_minibatch_half_rate : Prop :=
  forall R : comUnitRingType, (2%:R : R) \is a GRing.unit ->
  exists (B : nat) (k v : nat -> nat -> 'cV[R]_1) (eta : R) (W0 : 'M[R]_1),
  let S := states W0 (fun t W => ttt_minibatch_half_rate_update B W (k t) (v t) eta) in
  let L t W := \sum_(1 <= j < B.+1) sqnorm (W *m k t j - v t j) in
  ~ online_descent L (fun=> eta) W0 S.

(* longhorn_sign: with 1 - b_t k_t^T k_t, which is -3 in the example, it is no proximal step, unless 6 = 0. *)
Definition longhorn_sign : Prop :=
  forall R : fieldType, (6%:R : R) != 0 ->
  exists (k v : nat -> 'cV[R]_1) (beta : nat -> R) (t : nat),
  let S := states 0 (fun t S => longhorn_sign_update S (k t) (v t) (beta t)) in
  1 - beta t.+1 * number ((k t.+1)^T *m k t.+1) != 0
  /\ ~ proximal_step (error (k t.+1) (v t.+1)) (beta t.+1) (S t) (S t.+1).

(* mesa_missing_denominator: without the denominator P_t is not the inverse. *)
Definition mesa_missing_denominator : Prop :=
  forall R : comUnitRingType,
  exists (A : 'M[R]_1) (k : nat -> 'cV[R]_1) (t : nat),
  let P := states (invmx A) (fun t P => mesa_missing_denominator_update P (k t)) in
  A \in unitmx /\ P t *m (A + \sum_(1 <= i < t.+1) k i *m (k i)^T) != 1%:M.
