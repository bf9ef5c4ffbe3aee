(* Inverses that are kept up to date: section 6 of Recurrences.v. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Certificates Require Import Statements Updates Recurrences Proofs.RecurrenceSums.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

Section Inverse.
Variables (R : comUnitRingType) (m : nat).

(* Sherman and Morrison: one more k k^T *)
Lemma rank_one (P Lambda : 'M[R]_m) (k : 'cV[R]_m) : P *m Lambda = 1%:M ->
  1 + number (k^T *m P *m k) \is a GRing.unit -> mesa_update P k *m (Lambda + k *m k^T) = 1%:M.
Proof.
move=> PL; rewrite /mesa_update; set r := 1 + _ => ru.
have key : P *m k *m k^T *m P *m k = (r - 1) *: (P *m k).
  by rewrite -!mulmxA mulmxA mul_number mulmxA /r addrAC subrr add0r.
rewrite mulmxDr !mulmxBl PL -!scalemxAl.
rewrite -[P *m k *m k^T *m P *m Lambda]mulmxA PL mulmx1 !mulmxA key -scalemxAl scalerBl scale1r scalerBr.
by rewrite scalerA mulVr // scale1r opprB [_ + (_ - _ *m _)]addrCA subrr addr0 subrK.
Qed.

Variables (A : 'M[R]_m) (k : nat -> 'cV[R]_m).
Let P := states (invmx A) (fun t P => mesa_update P (k t)).
Hypothesis unitA : A \in unitmx.
Hypothesis units : forall t, 1 + number ((k t.+1)^T *m P t *m k t.+1) \is a GRing.unit.

Lemma kept_inverse t : P t *m (A + \sum_(1 <= i < t.+1) k i *m (k i)^T) = 1%:M.
Proof.
elim: t => [|t IHt]; first by rewrite big_geq // addr0 mulVmx.
by rewrite big_nat_recr //= addrA rank_one.
Qed.

End Inverse.

Theorem mesa_inverse_holds : mesa_inverse.
Proof. by move=> R m A k P unitA units t; apply: kept_inverse. Qed.

Theorem mesa_holds : mesa.
Proof.
move=> R d m A k q v P Rv Lambda B unitA units t.
have LE : Lambda t = A + \sum_(1 <= i < t.+1) k i *m (k i)^T.
  elim: (t) => [|u IHu]; first by rewrite big_geq ?addr0.
  by rewrite big_nat_recr //= addrA -IHu.
have PL : P t *m Lambda t = 1%:M by rewrite LE kept_inverse.
have [_ uL] := mulmx1_unit PL; split=> //.
by rewrite -[P t](mulmxK uL) PL mul1mx.
Qed.

Theorem ridge_holds : ridge.
Proof.
move=> R d m A k v PW unitA units.
pose P := states (invmx A) (fun t P => mesa_update P (k t)).
have PE t : (PW t).1 = P t.
  elim: t => [//|t IHt].
  have -> : (PW t.+1).1 = mesa_update (PW t).1 (k t.+1) by [].
  by rewrite IHt.
elim=> [|t IHt]; first by rewrite !big_geq // mul0mx.
have PL : P t.+1 *m (A + \sum_(1 <= i < t.+2) k i *m (k i)^T) = 1%:M.
  by apply: kept_inverse => // u; rewrite -/P -PE.
have -> : (PW t.+1).2 = (PW t).2 + (v t.+1 - (PW t).2 *m k t.+1) *m (k t.+1)^T *m P t.+1.
  by rewrite -PE.
rewrite mulmxDl -mulmxA PL mulmx1 !(@big_nat_recr _ _ _ t.+1) //= addrA mulmxDr IHt mulmxBl mulmxA.
by rewrite -addrA; congr (_ + _); rewrite addrCA subrr addr0.
Qed.

Theorem mesanet_first_step_holds : mesanet_first_step.
Proof.
move=> R m k q lambda Hx [|t] // _.
have -> : (Hx t.+1).2 = (number ((q t.+1)^T *m q t.+1)
  / number ((q t.+1)^T *m ((Hx t.+1).1 + lambda *: 1%:M) *m q t.+1)) *: q t.+1 by [].
move: (q t.+1) (_ + lambda *: 1%:M) => Q K unit.
have scalar (B : 'M[R]_1) : B = (number B)%:M by apply: mx11_scalar.
move: unit; set b := number (Q^T *m K *m Q); set a := number (Q^T *m Q) => unit.
rewrite -scalemxAr mulmxBr -scalemxAr mulmxA [Q^T *m K *m Q]scalar [Q^T *m Q]scalar -/a -/b.
by rewrite scale_scalar_mx divrK // subrr.
Qed.

Theorem newton_schulz_holds : newton_schulz.
Proof.
move=> R m A X0 X t.
have -> : X t.+1 = newton_schulz_update (X t) A by [].
rewrite /newton_schulz_update; set E := A *m X t.
have -> : A *m (X t *m (2%:R *: 1%:M - E)) = E + E - E *m E.
  by rewrite mulmxA mulmxBr -scalemxAr mulmx1 scaler_nat mulr2n.
rewrite mulmxBr !mulmxBl !mul1mx mulmx1 !opprB opprD !addrA; congr (_ - _).
by rewrite addrAC.
Qed.

Theorem gd_plus_plus_holds : gd_plus_plus.
Proof.
move=> R m n gamma X0 X t.
have -> : X t.+1 = gd_plus_plus_update (X t) gamma by [].
rewrite /gd_plus_plus_update trmx_mul mulmxA; congr (_ *m _).
by rewrite linearB /= trmx1 trmx_mul linearZ /= trmxK -scalemxAr scalemxAl.
Qed.
