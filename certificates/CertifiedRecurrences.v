(* Each proposition of Recurrences.v, with the theorem that proves it. This file fails to compile if a statement
   and its proof disagree; each theorem has to be closed under the global context: no axioms. *)
From Certificates Require Recurrences.
From Certificates Require Import
  Proofs.RecurrenceAlgorithms Proofs.RecurrenceGradients Proofs.RecurrenceInverses Proofs.RecurrenceRefutations
  Proofs.RecurrenceSums.

Theorem gradient_at_most_one_certified : Recurrences.gradient_at_most_one. Proof. exact gradient_at_most_one_holds. Qed.
Print Assumptions gradient_at_most_one_certified.

Theorem gradient_is_derivative_certified : Recurrences.gradient_is_derivative.
Proof. exact gradient_is_derivative_holds. Qed.
Print Assumptions gradient_is_derivative_certified.

Theorem error_gradient_certified : Recurrences.error_gradient. Proof. exact error_gradient_holds. Qed.
Print Assumptions error_gradient_certified.

Theorem linear_attention_certified : Recurrences.linear_attention. Proof. exact linear_attention_holds. Qed.
Print Assumptions linear_attention_certified.

Theorem retnet_certified : Recurrences.retnet. Proof. exact retnet_holds. Qed.
Print Assumptions retnet_certified.

Theorem mamba2_certified : Recurrences.mamba2. Proof. exact mamba2_holds. Qed.
Print Assumptions mamba2_certified.

Theorem preconditioned_certified : Recurrences.preconditioned. Proof. exact preconditioned_holds. Qed.
Print Assumptions preconditioned_certified.

Theorem deltanet_certified : Recurrences.deltanet. Proof. exact deltanet_holds. Qed.
Print Assumptions deltanet_certified.

Theorem deltaproduct_certified : Recurrences.deltaproduct. Proof. exact deltaproduct_holds. Qed.
Print Assumptions deltaproduct_certified.

Theorem deltaproduct_transition_certified : Recurrences.deltaproduct_transition.
Proof. exact deltaproduct_transition_holds. Qed.
Print Assumptions deltaproduct_transition_certified.

Theorem gated_delta_certified : Recurrences.gated_delta. Proof. exact gated_delta_holds. Qed.
Print Assumptions gated_delta_certified.

Theorem kda_certified : Recurrences.kda. Proof. exact kda_holds. Qed.
Print Assumptions kda_certified.

Theorem kda_diagonal_certified : Recurrences.kda_diagonal. Proof. exact kda_diagonal_holds. Qed.
Print Assumptions kda_diagonal_certified.

Theorem l2_penalty_certified : Recurrences.l2_penalty. Proof. exact l2_penalty_holds. Qed.
Print Assumptions l2_penalty_certified.

Theorem s6_certified : Recurrences.s6. Proof. exact s6_holds. Qed.
Print Assumptions s6_certified.

Theorem ttt_minibatch_certified : Recurrences.ttt_minibatch. Proof. exact ttt_minibatch_holds. Qed.
Print Assumptions ttt_minibatch_certified.

Theorem heavy_ball_certified : Recurrences.heavy_ball. Proof. exact heavy_ball_holds. Qed.
Print Assumptions heavy_ball_certified.

Theorem titans_certified : Recurrences.titans. Proof. exact titans_holds. Qed.
Print Assumptions titans_certified.

Theorem longhorn_certified : Recurrences.longhorn. Proof. exact longhorn_holds. Qed.
Print Assumptions longhorn_certified.

Theorem longhorn_minimiser_certified : Recurrences.longhorn_minimiser. Proof. exact longhorn_minimiser_holds. Qed.
Print Assumptions longhorn_minimiser_certified.

Theorem deltanet_error_form_certified : Recurrences.deltanet_error_form. Proof. exact deltanet_error_form_holds. Qed.
Print Assumptions deltanet_error_form_certified.

Theorem deltanet_rows_certified : Recurrences.deltanet_rows. Proof. exact deltanet_rows_holds. Qed.
Print Assumptions deltanet_rows_certified.

Theorem deltanet_unrolled_certified : Recurrences.deltanet_unrolled. Proof. exact deltanet_unrolled_holds. Qed.
Print Assumptions deltanet_unrolled_certified.

Theorem deltanet_chunk_certified : Recurrences.deltanet_chunk. Proof. exact deltanet_chunk_holds. Qed.
Print Assumptions deltanet_chunk_certified.

Theorem gla_parallel_certified : Recurrences.gla_parallel. Proof. exact gla_parallel_holds. Qed.
Print Assumptions gla_parallel_certified.

Theorem gla_chunk_certified : Recurrences.gla_chunk. Proof. exact gla_chunk_holds. Qed.
Print Assumptions gla_chunk_certified.

Theorem gla_diagonal_certified : Recurrences.gla_diagonal. Proof. exact gla_diagonal_holds. Qed.
Print Assumptions gla_diagonal_certified.

Theorem gla_diagonal_chunk_certified : Recurrences.gla_diagonal_chunk. Proof. exact gla_diagonal_chunk_holds. Qed.
Print Assumptions gla_diagonal_chunk_certified.

Theorem masked_step_certified : Recurrences.masked_step. Proof. exact masked_step_holds. Qed.
Print Assumptions masked_step_certified.

Theorem rnn_unrolled_certified : Recurrences.rnn_unrolled. Proof. exact rnn_unrolled_holds. Qed.
Print Assumptions rnn_unrolled_certified.

Theorem mamba2_chunk_certified : Recurrences.mamba2_chunk. Proof. exact mamba2_chunk_holds. Qed.
Print Assumptions mamba2_chunk_certified.

Theorem mamba2_parallel_certified : Recurrences.mamba2_parallel. Proof. exact mamba2_parallel_holds. Qed.
Print Assumptions mamba2_parallel_certified.

Theorem retnet_chunk_certified : Recurrences.retnet_chunk. Proof. exact retnet_chunk_holds. Qed.
Print Assumptions retnet_chunk_certified.

Theorem retnet_parallel_certified : Recurrences.retnet_parallel. Proof. exact retnet_parallel_holds. Qed.
Print Assumptions retnet_parallel_certified.

Theorem retnet_normaliser_chunk_certified : Recurrences.retnet_normaliser_chunk.
Proof. exact retnet_normaliser_chunk_holds. Qed.
Print Assumptions retnet_normaliser_chunk_certified.

Theorem linear_attention_chunk_certified : Recurrences.linear_attention_chunk.
Proof. exact linear_attention_chunk_holds. Qed.
Print Assumptions linear_attention_chunk_certified.

Theorem linear_attention_parallel_certified : Recurrences.linear_attention_parallel.
Proof. exact linear_attention_parallel_holds. Qed.
Print Assumptions linear_attention_parallel_certified.

Theorem momentum_certified : Recurrences.momentum. Proof. exact momentum_holds. Qed.
Print Assumptions momentum_certified.

Theorem titans_two_steps_back_certified : Recurrences.titans_two_steps_back.
Proof. exact titans_two_steps_back_holds. Qed.
Print Assumptions titans_two_steps_back_certified.

Theorem titans_unrolled_certified : Recurrences.titans_unrolled. Proof. exact titans_unrolled_holds. Qed.
Print Assumptions titans_unrolled_certified.

Theorem titans_momentum_unrolled_certified : Recurrences.titans_momentum_unrolled.
Proof. exact titans_momentum_unrolled_holds. Qed.
Print Assumptions titans_momentum_unrolled_certified.

Theorem titans_double_sum_certified : Recurrences.titans_double_sum. Proof. exact titans_double_sum_holds. Qed.
Print Assumptions titans_double_sum_certified.

Theorem wy_certified : Recurrences.wy. Proof. exact wy_holds. Qed.
Print Assumptions wy_certified.

Theorem wy_product_certified : Recurrences.wy_product. Proof. exact wy_product_holds. Qed.
Print Assumptions wy_product_certified.

Theorem wy_sum_certified : Recurrences.wy_sum. Proof. exact wy_sum_holds. Qed.
Print Assumptions wy_sum_certified.

Theorem mesa_inverse_certified : Recurrences.mesa_inverse. Proof. exact mesa_inverse_holds. Qed.
Print Assumptions mesa_inverse_certified.

Theorem mesa_certified : Recurrences.mesa. Proof. exact mesa_holds. Qed.
Print Assumptions mesa_certified.

Theorem ridge_certified : Recurrences.ridge. Proof. exact ridge_holds. Qed.
Print Assumptions ridge_certified.

Theorem mesanet_first_step_certified : Recurrences.mesanet_first_step. Proof. exact mesanet_first_step_holds. Qed.
Print Assumptions mesanet_first_step_certified.

Theorem newton_schulz_certified : Recurrences.newton_schulz. Proof. exact newton_schulz_holds. Qed.
Print Assumptions newton_schulz_certified.

Theorem gd_plus_plus_certified : Recurrences.gd_plus_plus. Proof. exact gd_plus_plus_holds. Qed.
Print Assumptions gd_plus_plus_certified.

Theorem gated_delta_error_at_old_state_certified : Recurrences.gated_delta_error_at_old_state.
Proof. exact gated_delta_error_at_old_state_holds. Qed.
Print Assumptions gated_delta_error_at_old_state_certified.

Theorem wy_sign_certified : Recurrences.wy_sign. Proof. exact wy_sign_holds. Qed.
Print Assumptions wy_sign_certified.

Theorem deltanet_rate_dropped_certified : Recurrences.deltanet_rate_dropped.
Proof. exact deltanet_rate_dropped_holds. Qed.
Print Assumptions deltanet_rate_dropped_certified.

Theorem linear_attention_from_any_start_certified : Recurrences.linear_attention_from_any_start.
Proof. exact linear_attention_from_any_start_holds. Qed.
Print Assumptions linear_attention_from_any_start_certified.

Theorem mamba2_unweighted_certified : Recurrences.mamba2_unweighted. Proof. exact mamba2_unweighted_holds. Qed.
Print Assumptions mamba2_unweighted_certified.

Theorem ttt_minibatch_half_rate_certified : Recurrences.ttt_minibatch_half_rate.
Proof. exact ttt_minibatch_half_rate_holds. Qed.
Print Assumptions ttt_minibatch_half_rate_certified.

Theorem longhorn_sign_certified : Recurrences.longhorn_sign. Proof. exact longhorn_sign_holds. Qed.
Print Assumptions longhorn_sign_certified.

Theorem mesa_missing_denominator_certified : Recurrences.mesa_missing_denominator.
Proof. exact mesa_missing_denominator_holds. Qed.
Print Assumptions mesa_missing_denominator_certified.
