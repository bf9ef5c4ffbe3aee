(* OPTL: the coefficients of L steps by their learning rates. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Certificates Require Import Constructions Statements Proofs.RingTactic Proofs.Gradients.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.Theory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* One step, by S = sum_i x_i x_i^T and b = sum_i x_i y_i^T *)
Lemma one_step (R : realFieldType) f g N (x : nat -> 'cV[R]_f) (y : nat -> 'cV[R]_g) eta (V W : 'M[R]_(f, g)) :
  step (loss x y N) eta V W ->
  W = V + (eta / N%:R) *: (\sum_(1 <= i < N.+1) x i *m (y i)^T - (\sum_(1 <= i < N.+1) x i *m (x i)^T) *m V).
Proof.
case=> G /loss_gradient_holds -> ->; congr (_ + _).
rewrite scalerA -scalerN mulmx_suml -sumrB -sumrN; congr (_ *: _); apply: eq_bigr => i _.
by rewrite linearB /= trmx_mul trmxK mulmxBr opprB mulmxA.
Qed.

Lemma powerE (R : comUnitRingType) f (S : 'M[R]_f.+1) k : power S k = S ^+ k.
Proof. by elim: k => [|k IHk]; rewrite ?expr0 // exprS -IHk. Qed.

(* After l steps the weights are Q(S) b, where 1 - x Q(x) is the product of the factors of these steps. *)
Lemma weights_after (R : realFieldType) f g (S : 'M[R]_f.+1) (b : 'M[R]_(f.+1, g)) (rate : nat -> R) W L :
  W 0%N = 0 -> (forall l, (l < L)%N -> W l.+1 = W l + rate l *: (b - S *m W l)) ->
  exists2 Q : {poly R}, 1 - 'X * Q = \prod_(l < L) (1 - rate l *: 'X) & W L = horner_mx S Q *m b.
Proof.
move=> W0; elim: L => [|L IHL] steps.
  by exists 0; rewrite ?big_ord0 ?mulr0 ?subr0 // rmorph0 mul0mx.
have [l lL|Q QP WL] := IHL; first by apply: steps; rewrite ltnW.
exists (Q + rate L *: (1 - 'X * Q)).
  rewrite big_ord_recr /= -QP; set P := 1 - 'X * Q.
  by rewrite [P * _]mulrBr mulr1 mulrDr opprD addrA -!scalerAr ['X * P]mulrC.
rewrite steps // WL rmorphD linearZ /= rmorphB rmorphM rmorph1 /= horner_mx_X mulmxDl -scalemxAl; congr (_ + _ *: _).
by rewrite mulmxBl mul1mx mulmxA.
Qed.

Theorem OPTL_steps_holds : OPTL_steps.
Proof.
move=> R f g N L x y eta W c W0 steps factors S b.
case: f => [|f] in x W W0 steps S b *; first by rewrite [LHS]flatmx0 [RHS]flatmx0.
have [l lL|Q QP ->] := weights_after (S := S) (b := b) (rate := fun l => eta l / N%:R) W0 (L := L).
  exact: one_step (steps l lL).
have -> : Q = \sum_k c k 0 *: 'X^k.
  apply: (mulfI (negbT (polyX_eq0 R))); rewrite -[LHS](subKr 1) QP -factors subKr mulr_sumr.
  by apply: eq_bigr => k _; rewrite -scalerAr exprS.
rewrite rmorph_sum /= mulmx_suml; apply: eq_bigr => k _.
by rewrite linearZ rmorphX /= horner_mx_X powerE -scalemxAl.
Qed.
