(* OPTG: no layer does better, given the normal equations. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Certificates Require Import Constructions Statements Proofs.RingTactic Proofs.Gradients Proofs.Layers.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.Theory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Entries.
Variables (R : comUnitRingType) (f : nat).

Lemma attention_entry (C : 'M[R]_(f, 3)) Q a b :
  (C *m Q *m C^T) a b = \sum_j \sum_k C a j * Q j k * C b k.
Proof.
rewrite mxE exchange_big; apply: eq_bigr => k _ /=; rewrite !mxE mulr_suml.
by [].
Qed.

Lemma readout_entry (Z : 'M[R]_f) (C : 'M[R]_(f, 3)) (q : 'cV[R]_3) a :
  (Z *m (C *m q)) a 0 = \sum_b \sum_l Z a b * (C b l * q l 0).
Proof. by rewrite mxE; apply: eq_bigr => b _; rewrite mxE mulr_sumr. Qed.

Lemma entrywise_add (A Z B : 'M[R]_f) a b : (entrywise A Z + B) a b = A a b * Z a b + B a b.
Proof. by rewrite !mxE. Qed.

Lemma map_entry (M : 'M[R]_f) (o : 'cV[R]_f) c : (M *m o) c 0 = \sum_a M c a * o a 0.
Proof. by rewrite mxE. Qed.
End Entries.

Section Orthogonal.
Variables (R : realFieldType) (f N K : nat) (p : 'I_K -> R) (x y : 'I_K -> nat -> 'cV[R]_f) (delta : 'I_K -> 'cV[R]_f).
Let C i n := window_number (tokens (x i) (y i)) 2 n.
Hypothesis normal : forall n (a b c : 'I_f) (j k l : 'I_3), (n < N)%N ->
  \sum_i p i * (C i n a j * C i n b k * C i N.-1 b l * delta i c 0) = 0.

Lemma state_orthogonal Q A n a b c l : (n <= N)%N ->
  \sum_i p i * (state (tokens (x i) (y i)) Q A 2 n a b * C i N.-1 b l * delta i c 0) = 0.
Proof.
elim: n => [|n IHn] nN; first by rewrite big1 // => i _; rewrite !mxE !mul0r mulr0.
transitivity (A a b * (\sum_i p i * (state (tokens (x i) (y i)) Q A 2 n a b * C i N.-1 b l * delta i c 0))
  + \sum_j \sum_k Q j k * (\sum_i p i * (C i n a j * C i n b k * C i N.-1 b l * delta i c 0))).
  have -> : \sum_j \sum_k Q j k * (\sum_i p i * (C i n a j * C i n b k * C i N.-1 b l * delta i c 0))
    = \sum_i p i * ((C i n *m Q *m (C i n)^T) a b * C i N.-1 b l * delta i c 0).
    transitivity (\sum_j \sum_k \sum_i p i * (C i n a j * Q j k * C i n b k * C i N.-1 b l * delta i c 0)).
      apply: eq_bigr => j _; apply: eq_bigr => k _; rewrite mulr_sumr; apply: eq_bigr => i _.
      by rewrite mulrCA; congr (_ * _); rewrite !mulrA (mulrC (Q j k)).
    under eq_bigr do rewrite exchange_big.
    rewrite exchange_big; apply: eq_bigr => i _ /=; rewrite attention_entry !mulr_suml mulr_sumr.
    by apply: eq_bigr => j _; rewrite !mulr_suml mulr_sumr.
  rewrite mulr_sumr -big_split; apply: eq_bigr => i _ /=; rewrite [in RHS]mulrCA -mulrDr; congr (_ * _).
  by rewrite entrywise_add !mulrDl !mulrA.
rewrite (IHn (ltnW nN)) mulr0 add0r big1 // => j _; rewrite big1 // => k _.
by rewrite normal // mulr0.
Qed.

Lemma head_orthogonal Q q A beta a c : (0 < N)%N ->
  \sum_i p i * (head_output (x i) (y i) Q q A beta 2 N a 0 * delta i c 0) = 0.
Proof.
move=> N0; transitivity (beta * (\sum_b \sum_l q l 0 *
  (\sum_i p i * (state (tokens (x i) (y i)) Q A 2 N a b * C i N.-1 b l * delta i c 0)))).
  transitivity (beta * (\sum_b \sum_l \sum_i p i *
    (state (tokens (x i) (y i)) Q A 2 N a b * (C i N.-1 b l * q l 0) * delta i c 0))).
    under [in RHS]eq_bigr do rewrite exchange_big.
    rewrite [in RHS]exchange_big [RHS]mulr_sumr; apply: eq_bigr => i _ /=.
    rewrite /head_output /last_state /last_readout windows_stride2 //.
    have entry (k : R) (o : 'cV[R]_f) : (k *: o) a 0 = k * o a 0 by rewrite mxE.
    rewrite entry -mulrA mulrCA; congr (_ * _); rewrite readout_entry mulr_suml mulr_sumr; apply: eq_bigr => b _ /=.
    by rewrite mulr_suml mulr_sumr; apply: eq_bigr.
  congr (_ * _); apply: eq_bigr => b _; apply: eq_bigr => l _; rewrite mulr_sumr; apply: eq_bigr => i _.
  by rewrite [RHS]mulrCA; congr (_ * _); rewrite mulrA mulrAC [RHS]mulrC.
rewrite big1 ?mulr0 // => b _; rewrite big1 // => l _.
by rewrite state_orthogonal // mulr0.
Qed.

Lemma layer_orthogonal H (P : 'I_H -> 'M[R]_f) Q q (A : 'I_H -> 'M[R]_f) beta : (0 < N)%N ->
  \sum_i p i * inner (delta i) (\sum_h P h *m head_output (x i) (y i) (Q h) (q h) (A h) (beta h) 2 N) = 0.
Proof.
move=> N0; transitivity (\sum_h \sum_c \sum_a P h c a *
  (\sum_i p i * (head_output (x i) (y i) (Q h) (q h) (A h) (beta h) 2 N a 0 * delta i c 0))).
  under [RHS]eq_bigr do under eq_bigr do under eq_bigr do rewrite mulr_sumr.
  under [RHS]eq_bigr do under eq_bigr do rewrite exchange_big.
  under [RHS]eq_bigr do rewrite exchange_big.
  rewrite [RHS]exchange_big; apply: eq_bigr => i _ /=; rewrite exchange_big mulr_sumr; apply: eq_bigr => c _ /=.
  rewrite big_ord1 summxE mulr_sumr mulr_sumr; apply: eq_bigr => h _ /=; rewrite map_entry mulr_sumr mulr_sumr.
  by apply: eq_bigr => a _; rewrite [RHS]mulrCA; congr (p i * _); rewrite [LHS]mulrC [RHS]mulrA.
rewrite big1 // => h _; rewrite big1 // => c _; rewrite big1 // => a _.
by rewrite head_orthogonal // mulr0.
Qed.
End Orthogonal.

Section Squares.
Variable R : realFieldType.
Add Ring R_ring : (ring_laws [comRingType of R]).

Lemma sqnorm_difference f (a b : 'cV[R]_f) : sqnorm (a - b) = sqnorm a + sqnorm b - 2%:R * inner a b.
Proof.
rewrite !sqnorm_inner innerBl [inner a _]innerC [inner b (a - b)]innerC !innerBl (innerC b a).
move: (inner a a) (inner b b) (inner a b) => aa bb ab.
by by_ring [comRingType of R].
Qed.
End Squares.

Theorem OPTG_algebra_holds : OPTG_algebra.
Proof.
move=> R f N K p x y delta H P Q q A beta N0 p0 C normal o.
have E : \sum_i p i * sqnorm (delta i - o i) = \sum_i p i * sqnorm (delta i) + \sum_i p i * sqnorm (o i).
  have z := layer_orthogonal normal P Q q A beta N0; rewrite -big_split /=.
  transitivity (\sum_i p i * (sqnorm (delta i) + sqnorm (o i)) - 2%:R * \sum_i p i * inner (delta i) (o i)).
    rewrite mulr_sumr -sumrB; apply: eq_bigr => i _; rewrite mulrCA -mulrBr; congr (_ * _).
    exact: sqnorm_difference.
  by rewrite z mulr0 subr0; apply: eq_bigr => i _; rewrite mulrDr.
split=> //; rewrite E ler_addl; apply: sumr_ge0 => i _; apply: mulr_ge0 => //.
by apply: sumr_ge0 => j _; apply: sqr_ge0.
Qed.

Theorem OPTG_holds : OPTG.
Proof.
move=> R f N K p x y target Q_best q_best A_best beta_best H P Q q A beta N0 p0 C best error normal.
pose also T (a : T) (b : 'I_H -> T) (h : 'I_H.+1) := if unlift ord0 h is Some h' then b h' else a.
have [_] := OPTG_algebra_holds (also _ (- 1%:M) P) (also _ Q_best Q) (also _ q_best q) (also _ A_best A)
  (also _ beta_best beta) N0 p0 normal.
move=> le; apply: le_trans le _; rewrite le_eqVlt; apply/orP; left; apply/eqP.
apply: eq_bigr => i _; congr (_ * sqnorm _).
rewrite big_ord_recl /also unlift_none mulNmx mul1mx opprD opprK addrA subrK; congr (_ - _).
by apply: eq_bigr => h _; rewrite liftK.
Qed.
