(* OPT1: the algebra, given the moments. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Certificates Require Import Constructions Statements Proofs.RingTactic.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.Theory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Algebra.
Variable R : comUnitRingType.
Add Ring R_ring : (ring_laws R).

Lemma complete_square f N (mu2 mu4 tau2 c : R) : let D := OPT1_D f N mu2 mu4 tau2 in
  D * OPT1_risk f N mu2 mu4 tau2 c =
  f%:R * mu2 * (D - N%:R * mu2 ^+ 2) + N%:R * f%:R * mu2 * (c * D - mu2) ^+ 2.
Proof.
move=> D; rewrite /OPT1_risk -/(OPT1_D f N mu2 mu4 tau2) -/D; move: (f%:R) (N%:R) D => f' N' D.
by by_ring R.
Qed.
End Algebra.

Theorem OPT1_algebra_holds : OPT1_algebra.
Proof.
split=> [R f N mu2 mu4 tau2 c|R f N mu2 mu4 tau2 c D f0 N0 D0 m0 cD]; first exact: complete_square.
rewrite -(ltr_pmul2l D0) !complete_square -/D ltr_add2l; have k0 : 0 < N%:R * f%:R * mu2 :> R by rewrite !mulr_gt0 ?ltr0n.
rewrite ltr_pmul2l // divfK ?gt_eqF // subrr expr0n /= lt_def sqr_ge0 andbT sqrf_eq0 subr_eq0.
by apply: contra cD => /eqP <-; rewrite mulfK // gt_eqF.
Qed.
