(* STRIDE and HEADS: what is impossible. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Coq Require Import Lia.
From Certificates Require Import Constructions Statements Proofs.RingTactic Proofs.Gradients Proofs.Layers.
From Certificates Require Import Proofs.EveryToken Proofs.Heads Proofs.TooFew.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.Theory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Lemma sum_unit (R : comUnitRingType) N p : (0 < p <= N)%N -> \sum_(1 <= i < N.+1) unit R p i = 1.
Proof.
move=> pN; rewrite (bigD1_seq p) ?mem_index_iota ?iota_uniq //= /unit eqxx big1 ?addr0 // => i /negPf ->.
by [].
Qed.

Section Data.
Variable R : comUnitRingType.
Add Ring R_ring : (ring_laws R).

Lemma data_sum N k (v alpha s omega : R) : (k + 2 <= N)%N ->
  let xi := data N v alpha s k in
  \sum_(1 <= i < N.+1) omega * xi i * xi i * xi N.+1 = omega * (v ^+ 2 + alpha ^+ 2) * s.
Proof.
move=> kN xi; have k2 : (k.+2 <= N)%N by rewrite -addn2.
have -> : xi N.+1 = s.
  rewrite /xi /data /unit eqxx !eqSS gtn_eqF // gtn_eqF 1?ltnW // !mulr0 add0r addr0 mulr1.
  by [].
rewrite -mulr_suml; congr (_ * s).
have -> : \sum_(1 <= i < N.+1) omega * xi i * xi i
   = \sum_(1 <= i < N.+1) omega * (v ^+ 2 * unit R k.+2 i + alpha ^+ 2 * unit R k.+1 i).
  rewrite !big_nat; apply: eq_bigr => i /andP[_ iN]; rewrite /xi /data /unit (ltn_eqF iN).
  case: (eqVneq i k.+2) => [->|_]; first by rewrite eqSS gtn_eqF //=; by_ring R.
  by case: (i == k.+1) => /=; by_ring R.
by rewrite -mulr_sumr big_split /= -!mulr_sumr sum_unit ?k2 // sum_unit ?(ltnW k2) // !mulr1.
Qed.
End Data.

Section Sums.
Variables (R : realFieldType) (f N H : nat) (eta : R) (Q : 'I_H -> 'M[R]_3) (q : 'I_H -> 'cV[R]_3) (a : 'I_H -> R).
Hypothesis f0 : (0 < f)%N.
Add Ring R_ring : (ring_laws [comRingType of R]).
Let c := eta / N%:R.
Definition weight h := q h 2%:R 0 * (pair (Q h) 0 1 + a h * pair (Q h) 1 2%:R).

Hypothesis exact : forall v alpha s k omega, (k + 2 <= N)%N ->
  \sum_h value N Q q a h v alpha s k omega = c * (omega * (v ^+ 2 + alpha ^+ 2) * s).

Lemma exact_power_sums m : (0 < m <= 2 * N - 3)%N -> power_sum weight a m = c * (~~ odd m)%:R.
Proof.
move=> /andP[m0 mN]; have N2 : (1 < N)%N by case: N mN => [|[|n]] //; case: m m0.
have nz n : (n.+1%:R : R) != 0 by rewrite pnatr_eq0.
have E := odd_double_half m; move: E; set j := m./2; case: (boolP (odd m)) => om E; rewrite /= ?mulr0 ?mulr1.
- have {}E : m = (2 * j).+1 by rewrite -E mul2n.
  pose k := (N - 2 - j)%N; have kN : (k + 2 <= N)%N.
    by apply/ssrnat.leP; move/ssrnat.leP: N2; rewrite /k -!(plusE, multE, minusE); lia.
  have := next_input exact kN; move/eqP; rewrite mulf_eq0 (negPf (nz _)) /= => /eqP <-.
  apply: eq_bigr => h _; rewrite binumber_adjacent; last first.
    by apply/ssrnat.leP; move/ssrnat.leP: kN; rewrite -!subn1 -!(plusE, multE, minusE); lia.
  have m1 : ((2 * N).-1.-1 - (2 * k).+1)%N = m.
    by move/ssrnat.leP: mN; rewrite /k E -!subn1 -!(plusE, multE, minusE); lia.
  have m2 : ((2 * N).-1 - (2 * k).+1)%N = m.+1.
    by move/ssrnat.leP: mN; rewrite /k E -!subn1 -!(plusE, multE, minusE); lia.
  rewrite m1 m2 mul1r exprS /weight.
  by move: (q h _ _) (pair _ _ _) (pair _ _ _) (a h) (a h ^+ m) => u v w b p; by_ring [comRingType of R].
have {}E : m = (2 * j)%N by rewrite -E mul2n.
pose k := (N - 1 - j)%N.
have j0 : (0 < j)%N by move: m0; rewrite E muln_gt0.
have kN : (k + 2 <= N)%N.
  by apply/ssrnat.leP; move/ssrnat.leP: N2; move/ssrnat.leP: j0; rewrite /k -!(plusE, multE, minusE); lia.
have k0 : (0 < 2 * k)%N.
  by apply/ssrnat.leP; move/ssrnat.leP: N2; move/ssrnat.leP: mN; rewrite /k E -!(plusE, multE, minusE); lia.
have := own_target exact kN; move/(mulfI (nz 1%N)) => <-.
apply: eq_bigr => h _; rewrite binumber_adjacent; last first.
  by apply/ssrnat.leP; move/ssrnat.leP: kN; rewrite -!subn1 -!(plusE, multE, minusE); lia.
have m1 : ((2 * N).-1.-1 - 2 * k)%N = m.
  by move/ssrnat.leP: j0; move/ssrnat.leP: mN; rewrite /k E -!subn1 -!(plusE, multE, minusE); lia.
have m2 : ((2 * N).-1 - 2 * k)%N = m.+1.
  by move/ssrnat.leP: j0; move/ssrnat.leP: mN; rewrite /k E -!subn1 -!(plusE, multE, minusE); lia.
rewrite m1 m2 k0 mul1r exprS /weight.
by move: (q h _ _) (pair _ _ _) (pair _ _ _) (a h) (a h ^+ m) => u v w b p; by_ring [comRingType of R].
Qed.
End Sums.

(* A layer that is right for all data satisfies the equations. *)
Section Impossible.
Variables (R : realFieldType) (f N : nat) (f0 : (0 < f)%N) (N1 : (1 < N)%N) (eta : R) (eta0 : eta != 0).

Lemma rate_neq0 : eta / N%:R != 0.
Proof. by rewrite mulf_neq0 // invr_neq0 // pnatr_eq0 -lt0n ltnW. Qed.

Lemma line_step (x y : nat -> 'cV[R]_f) : exists W1, step (loss x y N) eta 0 W1.
Proof. by eexists; apply/step0. Qed.

Lemma heads_exact H (Q : 'I_H -> 'M[R]_3) q (a : 'I_H -> R) :
  (forall (x : nat -> 'cV[R]_f) (omega : R) W1, let y i := omega *: x i in
   step (loss x y N) eta 0 W1 -> heads_output x y Q q a 1 N = W1^T *m x N.+1) ->
  forall v alpha s k omega, (k + 2 <= N)%N ->
  \sum_h value N Q q a h v alpha s k omega = eta / N%:R * (omega * (v ^+ 2 + alpha ^+ 2) * s).
Proof.
move=> all v alpha s k omega kN; pose xi := data N v alpha s k.
pose x i := xi i *: axis R f0; pose y i := omega *: x i.
have [W1 s1] := line_step x y; have := all x omega W1 s1; move/matrixP/(_ (Ordinal f0) 0).
have yE i : y i = (omega * xi i) *: axis R f0 by rewrite /y /x scalerA.
rewrite (heads_line _ _ _ (ltnW N1) (fun=> erefl) yE) (step_line (fun=> erefl) yE s1) => ->.
by rewrite data_sum.
Qed.

Lemma head_exact Q q (A : 'M[R]_f) beta :
  (forall (x : nat -> 'cV[R]_f) (omega : R) W1, let y i := omega *: x i in
   step (loss x y N) eta 0 W1 -> head_output x y Q q A beta 1 N = W1^T *m x N.+1) ->
  forall v alpha s k omega, (k + 2 <= N)%N ->
  \sum_(h < 1) value N (fun=> Q) (fun=> beta *: q) (fun=> A (Ordinal f0) (Ordinal f0)) h v alpha s k omega
  = eta / N%:R * (omega * (v ^+ 2 + alpha ^+ 2) * s).
Proof.
move=> all v alpha s k omega kN; pose xi := data N v alpha s k.
pose x i := xi i *: axis R f0; pose y i := omega *: x i.
have [W1 s1] := line_step x y; have := all x omega W1 s1; move/matrixP/(_ (Ordinal f0) 0).
have yE i : y i = (omega * xi i) *: axis R f0 by rewrite /y /x scalerA.
rewrite (head_line (ltnW N1) (fun=> erefl) yE) (step_line (fun=> erefl) yE s1) data_sum // => <-.
rewrite big_ord1 /value mulrCA; congr (_ * _).
by rewrite /read mulr_sumr; apply: eq_bigr => i _; rewrite mxE mulrA.
Qed.
End Impossible.

Theorem HEADS_decays_holds : HEADS_decays.
Proof.
move=> R f N H eta Q q a f0 N2 eta0 a0 small all; have N1 := ltnW N2.
have ex := heads_exact f0 N1 all.
pose s := [seq d <- undup [seq a h | h <- enum 'I_H] | d != 0].
have := rate_neq0 N1 eta0; rewrite (too_few_decays N2 (exact_power_sums ex) (s := s)) ?eqxx //.
- by move=> d; rewrite mem_filter mem_undup => /andP[d0 /mapP[h _ E]]; rewrite lt_def d0 E a0.
- move=> h; rewrite mulf_eq0 negb_or => /andP[_ ah]; rewrite mem_filter ah mem_undup.
  by rewrite map_f // mem_enum.
by apply: leq_trans small; rewrite size_filter count_size.
Qed.
