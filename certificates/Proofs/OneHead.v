(* STRIDE: impossible for a single head. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Certificates Require Import Constructions Statements Proofs.RingTactic Proofs.Gradients Proofs.Layers.
From Certificates Require Import Proofs.EveryToken Proofs.Heads Proofs.TooFew Proofs.Impossible.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.Theory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* The output of one head on two samples, along a line: inputs alpha, v, query s, targets omega times inputs. *)
Section Explicit.
Variable R : comUnitRingType.
Add Ring R_ring : (ring_laws R).
Variables (Q11 Q12 Q13 Q21 Q22 Q23 Q31 Q32 Q33 q1 q2 q3 a : R).

Definition quadratic_form (u v w : R) : R :=
  Q11 * u * u + Q12 * u * v + Q13 * u * w + Q21 * v * u + Q22 * v * v + Q23 * v * w
  + Q31 * w * u + Q32 * w * v + Q33 * w * w.
Definition output (v alpha s omega : R) : R :=
  (a * a * quadratic_form alpha (omega * alpha) v + a * quadratic_form (omega * alpha) v (omega * v)
   + quadratic_form v (omega * v) s) * (q1 * v + q2 * (omega * v) + q3 * s).

Lemma coefficient1 : 2%:R * (a * a * q3 * (Q12 + Q21)) = output 0 1 1 1 - output 0 1 1 (-1).
Proof. by rewrite /output /quadratic_form; by_ring R. Qed.

Lemma coefficient3 :
  4%:R * (q1 * (Q23 + Q32) + q2 * (Q13 + Q31) + q3 * (Q12 + Q21 + a * (Q23 + Q32)))
  = output 1 0 1 1 - output 1 0 (-1) 1 - output 1 0 1 (-1) + output 1 0 (-1) (-1).
Proof. by rewrite /output /quadratic_form; by_ring R. Qed.

Lemma coefficient5 : 4%:R * (a * a * q3 * (Q13 + Q31)) = output 1 1 1 0 - output 1 (-1) 1 0 - output 1 1 (-1) 0 + output 1 (-1) (-1) 0.
Proof. by rewrite /output /quadratic_form; by_ring R. Qed.

Lemma coefficient6 : a * a * q3 * Q11 = output 0 1 1 0 - output 0 0 1 0.
Proof. by rewrite /output /quadratic_form; by_ring R. Qed.

Let odd4 omega := output 1 1 0 omega - output (-1) 1 0 omega - output 1 0 0 omega + output (-1) 0 0 omega.
Lemma coefficient4 :
  24%:R * (a * a * (Q11 * q2 + q1 * (Q12 + Q21)))
  = 8%:R * (odd4 1 - odd4 (-1)) - (odd4 2%:R - odd4 (- 2%:R)).
Proof. by rewrite /odd4 /output /quadratic_form; by_ring R. Qed.
End Explicit.

Section Value.
Variable R : comUnitRingType.
Add Ring R_ring2 : (ring_laws R).

Lemma value_two (Q : 'M[R]_3) q a v alpha s omega (h : 'I_1) :
  value 2 (fun=> Q) (fun=> q) (fun=> a) h v alpha s 0 omega
  = output (Q 0 0) (Q 0 1) (Q 0 2%:R) (Q 1 0) (Q 1 1) (Q 1 2%:R) (Q 2%:R 0) (Q 2%:R 1) (Q 2%:R 2%:R)
      (q 0 0) (q 1 0) (q 2%:R 0) a v alpha s omega.
Proof.
have [e0 e1 e2] : [/\ ord0 = 0 :> 'I_3, lift ord0 ord0 = 1 :> 'I_3 & lift ord0 (lift ord0 ord0) = 2%:R :> 'I_3].
  by split; apply: val_inj.
rewrite /value /output /number !big_ord_recl big_ord0 /form /read !big_ord_recl !big_ord0 /= ?e1 ?e2 ?e0.
rewrite /bump /= !addn0 !addn1 !addn2 /line /= /data /unit /= /quadratic_form.
rewrite !(mulr0, add0r, addr0, mulr1, mul1r, expr1, expr0) subn0.
move: (Q 0 0) (Q 0 1) (Q 0 2%:R) (Q 1 0) (Q 1 1) (Q 1 2%:R) (Q 2%:R 0) (Q 2%:R 1) (Q 2%:R 2%:R).
move=> p1 p2 p3 p4 p5 p6 p7 p8 p9; move: (q 0 0) (q 1 0) (q 2%:R 0) => r1 r2 r3.
by_ring R.
Qed.
End Value.

(* Six coefficients cannot all be those of the step. *)
Section Contradiction.
Variable R : realFieldType.
Add Ring R_ring3 : (ring_laws [comRingType of R]).

Lemma two_samples (Q11 Q12 Q13 Q21 Q22 Q23 Q31 Q32 Q33 q1 q2 q3 a c : R) :
  (forall v alpha s omega,
     output Q11 Q12 Q13 Q21 Q22 Q23 Q31 Q32 Q33 q1 q2 q3 a v alpha s omega
     = c * (omega * (v ^+ 2 + alpha ^+ 2) * s)) ->
  q3 * (Q12 + Q21 + a * (Q23 + Q32)) * a = 0 -> c = 0.
Proof.
move=> E g0; have nz n : (n.+1%:R : R) != 0 by rewrite pnatr_eq0.
have c1 : 2%:R * (a * a * q3 * (Q12 + Q21)) = 2%:R * c.
  by rewrite (coefficient1 Q11 Q12 Q13 Q21 Q22 Q23 Q31 Q32 Q33 q1 q2 q3 a) !E; by_ring [comRingType of R].
have c3 : 4%:R * (q1 * (Q23 + Q32) + q2 * (Q13 + Q31) + q3 * (Q12 + Q21 + a * (Q23 + Q32))) = 4%:R * c.
  by rewrite (coefficient3 Q11 Q12 Q13 Q21 Q22 Q23 Q31 Q32 Q33 q1 q2 q3 a) !E; by_ring [comRingType of R].
have c4 : 24%:R * (a * a * (Q11 * q2 + q1 * (Q12 + Q21))) = 24%:R * 0.
  by rewrite (coefficient4 Q11 Q12 Q13 Q21 Q22 Q23 Q31 Q32 Q33 q1 q2 q3 a) !E; by_ring [comRingType of R].
have c5 : 4%:R * (a * a * q3 * (Q13 + Q31)) = 4%:R * 0.
  by rewrite (coefficient5 Q11 Q12 Q13 Q21 Q22 Q23 Q31 Q32 Q33 q1 q2 q3 a) !E; by_ring [comRingType of R].
have c6 : a * a * q3 * Q11 = 0.
  by rewrite (coefficient6 Q11 Q12 Q13 Q21 Q22 Q23 Q31 Q32 Q33 q1 q2 q3 a) !E; by_ring [comRingType of R].
move/(mulfI (nz _)): c1 => c1; move/(mulfI (nz _)): c3 => c3; move/(mulfI (nz _)): c4 => c4.
move/(mulfI (nz _)): c5 => c5; case: (eqVneq c 0) => // c0.
move: (c0); rewrite -c1 !mulf_eq0 !negb_or => /andP[/andP[/andP[a0 _] q30] P12].
have Q110 : Q11 = 0 by move/eqP: c6; rewrite !mulf_eq0 (negPf a0) (negPf q30) => /eqP.
have P13 : Q13 + Q31 = 0 by move/eqP: c5; rewrite !mulf_eq0 (negPf a0) (negPf q30) => /eqP.
have q10 : q1 = 0.
  by move/eqP: c4; rewrite Q110 mul0r add0r !mulf_eq0 (negPf a0) (negPf P12) !orbF => /eqP.
have g00 : Q12 + Q21 + a * (Q23 + Q32) = 0.
  by move/eqP: g0; rewrite !mulf_eq0 (negPf a0) (negPf q30) orbF => /eqP.
by rewrite c1 -c3 q10 P13 g00 mul0r !mulr0 !addr0.
Qed.
End Contradiction.

Theorem STRIDE_holds : STRIDE.
Proof.
move=> R f N eta Q q A beta f0 N1 eta0 all; have := rate_neq0 N1 eta0.
have ex := head_exact f0 N1 all; have sums := exact_power_sums ex.
move: ex sums; set a := A _ _; set Q' := fun=> Q; set q' := fun=> beta *: q; set a' := fun=> a.
rewrite leq_eqVlt in N1; case/orP: N1 => [/eqP N2|N3] ex sums.
  rewrite -N2 in ex sums *; rewrite (two_samples (a := a) (c := eta / 2%:R) (Q11 := Q 0 0) (Q12 := Q 0 1)
    (Q13 := Q 0 2%:R) (Q21 := Q 1 0) (Q22 := Q 1 1) (Q23 := Q 1 2%:R) (Q31 := Q 2%:R 0) (Q32 := Q 2%:R 1)
    (Q33 := Q 2%:R 2%:R) (q1 := (beta *: q) 0 0) (q2 := (beta *: q) 1 0) (q3 := (beta *: q) 2%:R 0)) ?eqxx //.
    by move=> v alpha s omega; rewrite -(ex v alpha s 0%N omega isT) big_ord1 value_two.
  by have := sums 1%N isT; rewrite /power_sum big_ord1 mulr0.
have := sums 2%N; have := sums 1%N; rewrite /power_sum !big_ord1 /= mulr0 mulr1 => s1 s2.
have l2 : (1 < 2 * N - 3)%N by move: N3; case: (N) => [|[|[|n]]] // _; rewrite !mulnS.
by rewrite -(s2 l2) expr2 mulrA -[_ * a' 0]/(_ * a' 0 ^+ 1) (s1 (ltnW l2)) mul0r eqxx.
Qed.
