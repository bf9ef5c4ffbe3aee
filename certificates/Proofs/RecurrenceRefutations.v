(* Counterexamples: section 7 of Recurrences.v. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Certificates Require Import
  Statements Updates Recurrences Proofs.RingTactic Proofs.RecurrenceGradients Proofs.RecurrenceSums Proofs.RecurrenceAlgorithms.

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
rewrite /= /gated_delta_update /gated_delta_error_at_old_state_other_update /= !simple.
by rewrite eq_sym oppr_eq0 one_nonzero.
Qed.

Theorem wy_sign_holds : wy_sign.
Proof.
move=> R two; exists (fun=> 1%:M), (fun=> 1), 2%N.
rewrite /= /wy_update /wy_sign_other_update /= !simple.
apply/eqP => /matrixP/(_ 0 0)/eqP; rewrite !mxE eqxx /=.
rewrite opprD addrA subrr sub0r eq_sym oppr_eq0 -mulr2n; exact/negP.
Qed.

Theorem deltanet_rate_dropped_holds : deltanet_rate_dropped.
Proof.
move=> R two; exists (fun=> 1%:M), (fun=> 1%:M), (fun=> 0) => S [_ /(_ 0%N)[G _]].
by rewrite /S /= /deltanet_rate_dropped_update !simple; apply/eqP/one_nonzero.
Qed.

Theorem linear_attention_from_any_start_holds : linear_attention_from_any_start.
Proof.
move=> R two; exists (fun=> 1%:M), (fun=> 0), 1%:M, 1%N => S L.
move/(gradient_stepE two _ _ (errors_gradient two (index_iota 1 2) (fun=> 1%:M) (fun=> 0) 1%:M)).
by rewrite /S big_nat1 /= /linear_attention_update !simple; apply/eqP/one_nonzero.
Qed.

Theorem mamba2_unweighted_holds : mamba2_unweighted.
Proof.
move=> R two; exists (fun=> 1%:M), (fun t => if t == 1%N then 1%:M else 0), (fun=> 0), 2%N => S L.
move/(@linear_attention_holds _ _ _ _ _ two _ _)/esym.
by rewrite /S /= /linear_attention_update /mamba2_update /= !simple; apply/eqP/one_nonzero.
Qed.

Theorem ttt_minibatch_half_rate_holds : ttt_minibatch_half_rate.
Proof.
move=> R two; exists 1%N, (fun _ _ => 1%:M), (fun _ _ => 1%:M), 1, 0 => S L [_ /(_ 0%N)].
have gL : has_gradient (L 1%N) 0 (\sum_(1 <= j < 2) 2%:R *: ((0 *m 1%:M - 1%:M) *m 1%:M^T)).
  by apply: has_gradient_sum => j; apply: sqnorm_gradient.
move/(gradient_stepE two _ _ gL).
rewrite /S /= /ttt_minibatch_half_rate_update !big_nat1 /= !simple scalerN !opprK scaler_nat mulr2n.
by move/esym/eqP; rewrite -subr_eq0 addrK; apply/negP/one_nonzero.
Qed.

Theorem mesa_missing_denominator_holds : mesa_missing_denominator.
Proof.
move=> R; exists 1%:M, (fun=> 1%:M), 1%N; rewrite unitmx1; split=> //.
by rewrite /= /mesa_missing_denominator_update invmx1 !simple eq_sym; apply: one_nonzero.
Qed.

Section Numbers.
Variable R : fieldType.
Add Ring R_ring : (ring_laws R).

Lemma longhorn_sign_numbers (u : R) :
  u * 3%:R = 2%:R -> - u = - (- u * 2%:R * 2%:R - 2%:R) -> 2%:R ^+ 4 = 0 :> R.
Proof.
move=> u3 uE; have -> : 2%:R ^+ 4 = 5%:R * 2%:R + 6%:R :> R by by_ring R.
rewrite -u3; have -> : 5%:R * (u * 3%:R) + 6%:R = 3%:R * (- (- u * 2%:R * 2%:R - 2%:R) - - u) by by_ring R.
by rewrite -uE subrr mulr0.
Qed.

End Numbers.

Theorem longhorn_sign_holds : longhorn_sign.
Proof.
move=> R six.
have [two three] : (2%:R : R) != 0 /\ (3%:R : R) != 0.
  by apply/andP; rewrite -negb_or -mulf_eq0 -natrM.
have two_unit : (2%:R : R) \is a GRing.unit by rewrite unitfE.
exists (fun=> 2%:R%:M), (fun=> 1%:M), (fun=> 1), 0%N => S.
have kk : number ((2%:R%:M : 'M[R]_1)^T *m 2%:R%:M) = 4%:R.
  by rewrite tr_scalar_mx -scalar_mxM /number mxE eqxx mulr1n -natrM.
have minus3 : 1 - 1 * 4%:R = - 3%:R :> R by rewrite mul1r -opprB -(natrB _ (isT : (1 <= 4)%N)).
rewrite kk minus3 oppr_eq0; split=> //.
have SE : S 1%N = (- (2%:R / 3%:R))%:M.
  rewrite /S /= /longhorn_sign_update kk minus3 !simple -scalemxAl mul1mx tr_scalar_mx scale_scalar_mx.
  by rewrite invrN mul1r mulNr mulrC.
move/(proximal_stepE two_unit _ _ (error_has_gradient two_unit _ _ _)); rewrite SE !simple tr_scalar_mx.
rewrite -scalar_mxM mulmxBl -scalar_mxM mul1mx => /matrixP/(_ 0 0)/eqP; rewrite !mxE !eqxx !mulr1n /=.
move=> /eqP /(longhorn_sign_numbers (divfK three _))/eqP; apply/negP.
by rewrite expf_eq0.
Qed.
