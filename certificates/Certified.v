(* Each claim of Statements.v, with the theorem that proves it. This file fails to compile if a statement and
   its proof disagree; each theorem has to be closed under the global context: no axioms. *)
From Certificates Require Statements.
From Certificates Require Import Proofs.Gradients Proofs.Tokens Proofs.Layers Proofs.Printed.

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

Theorem A4_printed_certified : Statements.A4_printed. Proof. exact A4_printed_holds. Qed.
Print Assumptions A4_printed_certified.
