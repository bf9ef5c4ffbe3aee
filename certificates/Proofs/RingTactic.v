(* Coq's own tactic ring, for the commutative rings of MathComp. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Coq Require Import Ring_theory.
From Coq Require Export Ring.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

Section Operations.
Variable R : comRingType.
Definition ring_zero : R := 0.
Definition ring_one : R := 1.
Definition ring_add (a b : R) : R := a + b.
Definition ring_mul (a b : R) : R := a * b.
Definition ring_opp (a : R) : R := - a.
Definition ring_sub (a b : R) : R := a - b.

Lemma ring_laws : ring_theory ring_zero ring_one ring_add ring_mul ring_sub ring_opp (@eq R).
Proof.
split; [exact: add0r|exact: addrC|exact: addrA|exact: mul1r|exact: mulrC|exact: mulrA|exact: mulrDl|by []|].
exact: subrr.
Qed.
End Operations.

(* The term t of MathComp, over R, in the operations above. *)
Ltac in_operations R t :=
  lazymatch t with
  | @GRing.add _ ?a ?b =>
    let a := in_operations R a in let b := in_operations R b in constr:(@ring_add R a b)
  | @GRing.mul _ ?a ?b =>
    let a := in_operations R a in let b := in_operations R b in constr:(@ring_mul R a b)
  | @GRing.opp _ ?a => let a := in_operations R a in constr:(@ring_opp R a)
  | @GRing.zero _ => constr:(@ring_zero R)
  | @GRing.one _ => constr:(@ring_one R)
  | @GRing.exp _ ?a O => constr:(@ring_one R)
  | @GRing.exp _ ?a (S O) => in_operations R a
  | @GRing.exp _ ?a (S ?n) =>
    let b := in_operations R (@GRing.exp R a n) in let a := in_operations R a in constr:(@ring_mul R a b)
  | @GRing.natmul _ ?a O => constr:(@ring_zero R)
  | @GRing.natmul _ ?a (S O) => in_operations R a
  | @GRing.natmul _ ?a (S ?n) =>
    let b := in_operations R (@GRing.natmul R a n) in let a := in_operations R a in constr:(@ring_add R a b)
  | _ => constr:(t : GRing.ComRing.sort R)
  end.

(* Prove an equation over R by the laws of commutative rings. First: Add Ring name : (ring_laws R). *)
Ltac by_ring R :=
  lazymatch goal with |- @eq _ ?a ?b =>
    let a := in_operations R a in let b := in_operations R b in
    change (@eq (GRing.ComRing.sort R) a b); ring
  end.
