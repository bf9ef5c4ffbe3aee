(* Each claim of Statements.v, with the theorem that proves it. This file fails to compile if a statement and
   its proof disagree; each theorem has to be closed under the global context: no axioms. *)
From Certificates Require Statements.
From Certificates Require Import Proofs.Gradients Proofs.Tokens Proofs.Layers Proofs.Printed Proofs.Steps
  Proofs.Attention Proofs.Losses Proofs.Models Proofs.OneHead Proofs.Possible Proofs.Impossible Proofs.OneLess
  Proofs.Gates Proofs.BestStep Proofs.BestSteps Proofs.BestRates Proofs.BestLayer.

Theorem loss_gradient_certified : Statements.loss_gradient. Proof. exact loss_gradient_holds. Qed.
Print Assumptions loss_gradient_certified.

Theorem penalised_gradient_certified : Statements.penalised_gradient. Proof. exact penalised_gradient_holds. Qed.
Print Assumptions penalised_gradient_certified.

Theorem loss_expansion_certified : Statements.loss_expansion. Proof. exact loss_expansion_holds. Qed.
Print Assumptions loss_expansion_certified.

Theorem P1_certified : Statements.P1. Proof. exact P1_holds. Qed.
Print Assumptions P1_certified.

Theorem P1_sum_certified : Statements.P1_sum. Proof. exact P1_sum_holds. Qed.
Print Assumptions P1_sum_certified.

Theorem P2_certified : Statements.P2. Proof. exact P2_holds. Qed.
Print Assumptions P2_certified.

Theorem P2_sum_certified : Statements.P2_sum. Proof. exact P2_sum_holds. Qed.
Print Assumptions P2_sum_certified.

Theorem P3_certified : Statements.P3. Proof. exact P3_holds. Qed.
Print Assumptions P3_certified.

Theorem P3_closed_form_certified : Statements.P3_closed_form. Proof. exact P3_closed_form_holds. Qed.
Print Assumptions P3_closed_form_certified.

Theorem P3_descent_closed_form_certified : Statements.P3_descent_closed_form. Proof. exact P3_descent_closed_form_holds. Qed.
Print Assumptions P3_descent_closed_form_certified.

Theorem A4_certified : Statements.A4. Proof. exact A4_holds. Qed.
Print Assumptions A4_certified.

Theorem P1_printed_diagonal_certified : Statements.P1_printed_diagonal. Proof. exact P1_printed_diagonal_holds. Qed.
Print Assumptions P1_printed_diagonal_certified.

Theorem P1_printed_sign_certified : Statements.P1_printed_sign. Proof. exact P1_printed_sign_holds. Qed.
Print Assumptions P1_printed_sign_certified.

Theorem P2_printed_certified : Statements.P2_printed. Proof. exact P2_printed_holds. Qed.
Print Assumptions P2_printed_certified.

Theorem P3_printed_certified : Statements.P3_printed. Proof. exact P3_printed_holds. Qed.
Print Assumptions P3_printed_certified.

Theorem P3_printed_transpose_certified : Statements.P3_printed_transpose. Proof. exact P3_printed_transpose_holds. Qed.
Print Assumptions P3_printed_transpose_certified.

Theorem A4_printed_certified : Statements.A4_printed. Proof. exact A4_printed_holds. Qed.
Print Assumptions A4_printed_certified.

Theorem STEP_certified : Statements.STEP. Proof. exact STEP_holds. Qed.
Print Assumptions STEP_certified.

Theorem STEP_rate_certified : Statements.STEP_rate. Proof. exact STEP_rate_holds. Qed.
Print Assumptions STEP_rate_certified.

Theorem STEP_layers_certified : Statements.STEP_layers. Proof. exact STEP_layers_holds. Qed.
Print Assumptions STEP_layers_certified.

Theorem weighted_gradient_certified : Statements.weighted_gradient. Proof. exact weighted_gradient_holds. Qed.
Print Assumptions weighted_gradient_certified.

Theorem STEP_order_certified : Statements.STEP_order. Proof. exact STEP_order_holds. Qed.
Print Assumptions STEP_order_certified.

Theorem STEP_exchange_certified : Statements.STEP_exchange. Proof. exact STEP_exchange_holds. Qed.
Print Assumptions STEP_exchange_certified.

Theorem DIM_certified : Statements.DIM. Proof. exact DIM_holds. Qed.
Print Assumptions DIM_certified.

Theorem DIM_isometry_certified : Statements.DIM_isometry. Proof. exact DIM_isometry_holds. Qed.
Print Assumptions DIM_isometry_certified.

Theorem DIM_one_step_certified : Statements.DIM_one_step. Proof. exact DIM_one_step_holds. Qed.
Print Assumptions DIM_one_step_certified.

Theorem LSA_certified : Statements.LSA. Proof. exact LSA_holds. Qed.
Print Assumptions LSA_certified.

Theorem LSA_rows_certified : Statements.LSA_rows. Proof. exact LSA_rows_holds. Qed.
Print Assumptions LSA_rows_certified.

Theorem LSA_windows_certified : Statements.LSA_windows. Proof. exact LSA_windows_holds. Qed.
Print Assumptions LSA_windows_certified.

Theorem LSA_oswald_certified : Statements.LSA_oswald. Proof. exact LSA_oswald_holds. Qed.
Print Assumptions LSA_oswald_certified.

Theorem LSA_same_certified : Statements.LSA_same. Proof. exact LSA_same_holds. Qed.
Print Assumptions LSA_same_certified.

Theorem LSA_not_rows_certified : Statements.LSA_not_rows. Proof. exact LSA_not_rows_holds. Qed.
Print Assumptions LSA_not_rows_certified.

Theorem LSA_not_tokens_certified : Statements.LSA_not_tokens. Proof. exact LSA_not_tokens_holds. Qed.
Print Assumptions LSA_not_tokens_certified.

Theorem mean_gradient_certified : Statements.mean_gradient. Proof. exact mean_gradient_holds. Qed.
Print Assumptions mean_gradient_certified.

Theorem CE_certified : Statements.CE. Proof. exact CE_holds. Qed.
Print Assumptions CE_certified.

Theorem CE_windows_certified : Statements.CE_windows. Proof. exact CE_windows_holds. Qed.
Print Assumptions CE_windows_certified.

Theorem CE_one_head_certified : Statements.CE_one_head. Proof. exact CE_one_head_holds. Qed.
Print Assumptions CE_one_head_certified.

Theorem CE_slopes_certified : Statements.CE_slopes. Proof. exact CE_slopes_holds. Qed.
Print Assumptions CE_slopes_certified.

Theorem CE_examples_certified : Statements.CE_examples. Proof. exact CE_examples_holds. Qed.
Print Assumptions CE_examples_certified.

Theorem CE_cross_entropy_certified : Statements.CE_cross_entropy. Proof. exact CE_cross_entropy_holds. Qed.
Print Assumptions CE_cross_entropy_certified.

Theorem model_gradient_certified : Statements.model_gradient. Proof. exact model_gradient_holds. Qed.
Print Assumptions model_gradient_certified.

Theorem P4_refuted_certified : Statements.P4_refuted. Proof. exact P4_refuted_holds. Qed.
Print Assumptions P4_refuted_certified.

Theorem P4_certified : Statements.P4. Proof. exact P4_holds. Qed.
Print Assumptions P4_certified.

Theorem P4_windows_certified : Statements.P4_windows. Proof. exact P4_windows_holds. Qed.
Print Assumptions P4_windows_certified.

Theorem P4_embedding_certified : Statements.P4_embedding. Proof. exact P4_embedding_holds. Qed.
Print Assumptions P4_embedding_certified.

Theorem STRIDE_certified : Statements.STRIDE. Proof. exact STRIDE_holds. Qed.
Print Assumptions STRIDE_certified.

Theorem STRIDE_gate_certified : Statements.STRIDE_gate. Proof. exact STRIDE_gate_holds. Qed.
Print Assumptions STRIDE_gate_certified.

Theorem STRIDE_two_heads_certified : Statements.STRIDE_two_heads. Proof. exact STRIDE_two_heads_holds. Qed.
Print Assumptions STRIDE_two_heads_certified.

Theorem HEADS_certified : Statements.HEADS. Proof. exact HEADS_holds. Qed.
Print Assumptions HEADS_certified.

Theorem HEADS_decays_certified : Statements.HEADS_decays. Proof. exact HEADS_decays_holds. Qed.
Print Assumptions HEADS_decays_certified.

Theorem HEADS_one_less_certified : Statements.HEADS_one_less. Proof. exact HEADS_one_less_holds. Qed.
Print Assumptions HEADS_one_less_certified.

Theorem GATE_certified : Statements.GATE. Proof. exact GATE_holds. Qed.
Print Assumptions GATE_certified.

Theorem GATE_output_certified : Statements.GATE_output. Proof. exact GATE_output_holds. Qed.
Print Assumptions GATE_output_certified.

Theorem OPT1_algebra_certified : Statements.OPT1_algebra. Proof. exact OPT1_algebra_holds. Qed.
Print Assumptions OPT1_algebra_certified.

Theorem OPTL_loss_certified : Statements.OPTL_loss. Proof. exact OPTL_loss_holds. Qed.
Print Assumptions OPTL_loss_certified.

Theorem OPTL_algebra_certified : Statements.OPTL_algebra. Proof. exact OPTL_algebra_holds. Qed.
Print Assumptions OPTL_algebra_certified.

Theorem OPTL_best_certified : Statements.OPTL_best. Proof. exact OPTL_best_holds. Qed.
Print Assumptions OPTL_best_certified.

Theorem OPTL_eigenvalues_certified : Statements.OPTL_eigenvalues. Proof. exact OPTL_eigenvalues_holds. Qed.
Print Assumptions OPTL_eigenvalues_certified.

Theorem OPTL_definite_certified : Statements.OPTL_definite. Proof. exact OPTL_definite_holds. Qed.
Print Assumptions OPTL_definite_certified.

Theorem OPTL_steps_certified : Statements.OPTL_steps. Proof. exact OPTL_steps_holds. Qed.
Print Assumptions OPTL_steps_certified.

Theorem OPTL_residual_certified : Statements.OPTL_residual. Proof. exact OPTL_residual_holds. Qed.
Print Assumptions OPTL_residual_certified.

Theorem OPTL_zeros_certified : Statements.OPTL_zeros. Proof. exact OPTL_zeros_holds. Qed.
Print Assumptions OPTL_zeros_certified.

Theorem OPTG_algebra_certified : Statements.OPTG_algebra. Proof. exact OPTG_algebra_holds. Qed.
Print Assumptions OPTG_algebra_certified.

Theorem OPTG_certified : Statements.OPTG. Proof. exact OPTG_holds. Qed.
Print Assumptions OPTG_certified.
