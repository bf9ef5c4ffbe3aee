(* Counterexamples: section 7 of Recurrences.v. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Certificates Require Import Statements Recurrences.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(* What can be computed for numbers as matrices of size 1 x 1 *)
Definition simple (R : comRingType) :=
  (@mul0mx R 1 1 1, @mulmx0 R 1 1 1, @mul1mx R 1 1, @mulmx1 R 1 1, @trmx1 R 1, @trmx0 R 1 1,
   @scale0r R, @scale1r R, @scaler0 R, @addr0, @add0r, @subr0, @sub0r, @subrr, @oppr0).

Lemma one_nonzero (R : comRingType) : 1%:M != 0 :> 'M[R]_1.
Proof. by apply/eqP => /matrixP/(_ 0 0)/eqP; rewrite !mxE eqxx oner_eq0. Qed.

Theorem gated_delta_error_at_old_state_holds : gated_delta_error_at_old_state.
Proof.
move=> R; exists (fun=> 1%:M), (fun=> 1%:M), (fun t => if t == 1%N then 1%:M else 0), (fun=> 0), (fun=> 1), 2%N.
rewrite /= /gated_delta_update /gated_delta_error_at_old_state_update /= !simple.
by rewrite eq_sym oppr_eq0 one_nonzero.
Qed.

Theorem wy_sign_holds : wy_sign.
Proof.
move=> R two; exists (fun=> 1%:M), (fun=> 1), 2%N.
rewrite /= /wy_update /wy_sign_other_update /= !simple.
apply/eqP => /matrixP/(_ 0 0)/eqP; rewrite !mxE eqxx /=.
rewrite opprD addrA subrr sub0r eq_sym oppr_eq0 -mulr2n; exact/negP.
Qed.
