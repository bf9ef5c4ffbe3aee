(* STRIDE and HEADS: no layer with too few decays satisfies the equations of an exact layer. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Coq Require Import Lia.
From Certificates Require Import Constructions Statements Proofs.RingTactic Proofs.Gradients Proofs.Layers.
From Certificates Require Import Proofs.EveryToken Proofs.Heads.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.Theory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section PowerSums.
Variables (R : realFieldType) (H : nat) (g a : 'I_H -> R) (c : R).
Definition power_sum m := \sum_h g h * a h ^+ m.

(* A polynomial over the decays: its value is a sum of power sums. *)
Lemma sum_horner (P : {poly R}) n : (size P <= n)%N ->
  (forall m, (m < n)%N -> P`_m * power_sum m = P`_m * (c * (~~ odd m)%:R)) ->
  2%:R * (\sum_h g h * P.[a h]) = c * (P.[1] + P.[-1]).
Proof.
move=> sP sums; have -> : \sum_h g h * P.[a h] = \sum_(m < n) P`_m * (c * (~~ odd m)%:R).
  under eq_bigr do rewrite (horner_coef_wide _ sP) mulr_sumr.
  rewrite exchange_big; apply: eq_bigr => m _; rewrite -sums // mulr_sumr.
  by apply: eq_bigr => h _; rewrite mulrCA.
rewrite !(horner_coef_wide _ sP) -big_split !mulr_sumr; apply: eq_bigr => m _ /=.
rewrite expr1n -signr_odd mulr1; case: odd; rewrite /= ?expr1 ?expr0 ?mulr0.
  by rewrite mulrN1 subrr mulr0.
by rewrite !mulr1 mulr_natl mulr2n (mulrC _ c) mulrDr.
Qed.
End PowerSums.

Section Roots.
Variable R : realFieldType.
Implicit Types (s : seq R).

Definition roots s : {poly R} := \prod_(d <- s) ('X - d%:P).

Lemma size_roots s : size (roots s) = (size s).+1.
Proof. by rewrite /roots size_prod_XsubC. Qed.

Lemma roots_at s z : (roots s).[z] = \prod_(d <- s) (z - d).
Proof. by rewrite /roots horner_prod; apply: eq_bigr => d _; rewrite !hornerE. Qed.

Lemma roots_zero s d : d \in s -> (roots s).[d] = 0.
Proof. by move=> ds; apply/rootP; rewrite root_prod_XsubC. Qed.

Lemma roots_le s : (forall d, d \in s -> 0 < d) -> `|(roots s).[1]| <= `|(roots s).[-1]| /\ 0 < `|(roots s).[-1]|.
Proof.
rewrite !roots_at; elim: s => [|d s IHs] pos; first by rewrite !big_nil normr1 lexx ltr01.
have d0 : 0 < d by apply: pos; rewrite mem_head.
have ge1 : 0 <= 1 + d by rewrite addr_ge0 ?ler01 // ltW.
have [|le0 gt0] := IHs; first by move=> e es; apply: pos; rewrite in_cons es orbT.
rewrite !big_cons !normrM -opprD normrN (ger0_norm ge1).
have le1 : `|1 - d| <= 1 + d by rewrite (le_trans (ler_norm_sub _ _)) // normr1 ger0_norm // ltW.
by split; [apply: ler_pmul | rewrite mulr_gt0 // addr_gt0 // ltr01].
Qed.

Lemma roots_lt s : s != [::] -> (forall d, d \in s -> 0 < d) -> `|(roots s).[1]| < `|(roots s).[-1]|.
Proof.
case: s => // d s _ pos; have d0 : 0 < d by apply: pos; rewrite mem_head.
have ge1 : 0 <= 1 + d by rewrite addr_ge0 ?ler01 // ltW.
have [|le0 gt0] := @roots_le s; first by move=> e es; apply: pos; rewrite in_cons es orbT.
move: le0 gt0; rewrite !roots_at !big_cons !normrM -opprD normrN (ger0_norm ge1).
move=> le0 gt0; have lt1 : `|1 - d| < 1 + d.
  by rewrite ltr_norml opprD ltr_add2r ltr_add2l !gtr_opp ?ltr01.
apply: le_lt_trans (ler_wpmul2l (normr_ge0 _) le0) _.
by rewrite ltr_pmul2r.
Qed.
End Roots.

Section TooFew.
Variables (R : realFieldType) (N H : nat) (g a : 'I_H -> R) (c : R).
Hypothesis N2 : (2 < N)%N.
Hypothesis sums : forall m, (0 < m <= 2 * N - 3)%N -> power_sum g a m = c * (~~ odd m)%:R.

(* The decays that are not 0 and whose weight is not 0. *)
Hypothesis a0 : forall h, 0 <= a h.
Variable s : seq R.
Hypothesis s_pos : forall d, d \in s -> 0 < d.
Hypothesis s_all : forall h, g h * a h != 0 -> a h \in s.

Lemma too_few_decays : (size s <= 2 * N - 4)%N -> c = 0.
Proof.
move=> small; pose P := 'X * roots s.
have sP : (size P <= 2 * N - 2)%N.
  apply: leq_trans (size_mul_leq _ _) _; rewrite size_polyX size_roots.
  by apply/ssrnat.leP; move/ssrnat.leP: small; move/ssrnat.leP: N2; rewrite -!(plusE, multE, minusE); lia.
have zero h : g h * P.[a h] = 0.
  rewrite hornerM hornerX; case: (eqVneq (g h * a h) 0) => [E|/s_all/roots_zero ->]; last by rewrite !mulr0.
  by rewrite mulrA E mul0r.
have : 2%:R * (\sum_h g h * P.[a h]) = c * (P.[1] + P.[-1]); first apply: (sum_horner sP) => m mN.
  case: m mN => [|m] mN; first by rewrite coefXM /= !mul0r.
  rewrite sums //=; apply/ssrnat.leP; move/ssrnat.leP: mN; move/ssrnat.leP: N2.
  by rewrite -!(plusE, multE, minusE); lia.
rewrite big1 ?mulr0 // !hornerM !hornerX mul1r mulN1r => /esym/eqP.
rewrite mulf_eq0 subr_eq0 => /orP[/eqP //|/eqP E]; case: (eqVneq s [::]) => [s0|/roots_lt/(_ s_pos)].
  have := sums (_ : (0 < 2 <= 2 * N - 3)%N); rewrite mulr1 => <-.
    by rewrite /power_sum big1 // => h _; rewrite expr2 mulrA; case: (eqVneq (g h * a h) 0) => [->|/s_all]; rewrite ?mul0r ?s0.
  by apply/ssrnat.leP; move/ssrnat.leP: N2; rewrite -!(plusE, multE, minusE); lia.
by rewrite E ltxx.
Qed.

Lemma one_less : power_sum g a 0 = c -> (forall h, g h != 0 -> a h \in s) -> (size s <= 2 * N - 3)%N -> s != [::] -> c = 0.
Proof.
move=> sum0 all small snil; pose P := roots s.
have sP : (size P <= 2 * N - 2)%N.
  rewrite size_roots; apply/ssrnat.leP; move/ssrnat.leP: small; move/ssrnat.leP: N2.
  by rewrite -!(plusE, multE, minusE); lia.
have zero h : g h * P.[a h] = 0.
  by case: (eqVneq (g h) 0) => [->|/all/roots_zero ->]; rewrite ?mul0r ?mulr0.
have : 2%:R * (\sum_h g h * P.[a h]) = c * (P.[1] + P.[-1]); first apply: (sum_horner sP) => m mN.
  case: m mN => [|m] mN; first by rewrite sum0 mulr1.
  rewrite sums //=; apply/ssrnat.leP; move/ssrnat.leP: mN; move/ssrnat.leP: N2.
  by rewrite -!(plusE, multE, minusE); lia.
rewrite big1 ?mulr0 // => /esym/eqP; rewrite mulf_eq0 addr_eq0 => /orP[/eqP //|/eqP E].
by have := roots_lt snil s_pos; rewrite E normrN ltxx.
Qed.
End TooFew.
