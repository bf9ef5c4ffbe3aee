(* A window at every token: a layer along one vector, and which sums over heads an exact layer must have. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Certificates Require Import Constructions Statements Proofs.RingTactic Proofs.Gradients Proofs.Layers.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.Theory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Scalars.
Variable R : comUnitRingType.
Add Ring R_ring : (ring_laws R).
Implicit Types (u v w : nat -> R) (Q : 'M[R]_3) (q : 'cV[R]_3) (a c : R).

(* The window that begins at k, in numbers: w Q w^T, its bilinear form, and w q. *)
Definition form Q u k : R := \sum_i \sum_j Q i j * u (k + i)%N * u (k + j)%N.
Definition biform Q u v k : R :=
  \sum_i \sum_j Q i j * (u (k + i)%N * v (k + j)%N + v (k + i)%N * u (k + j)%N).
Definition read q u k : R := \sum_i q i 0 * u (k + i)%N.

(* The state after n windows, and its bilinear form. *)
Definition number Q a u n : R := \sum_(k < n) a ^+ (n.-1 - k) * form Q u k.+1.
Definition binumber Q a u v n : R := \sum_(k < n) a ^+ (n.-1 - k) * biform Q u v k.+1.

Lemma form_add Q u v c k : form Q (fun i => u i + c * v i) k = form Q u k + c ^+ 2 * form Q v k + c * biform Q u v k.
Proof.
rewrite /form /biform !mulr_sumr -!big_split; apply: eq_bigr => i _ /=.
rewrite !mulr_sumr -!big_split; apply: eq_bigr => j _ /=; by_ring R.
Qed.

Lemma biform_add Q u v w c k : biform Q (fun i => u i + c * v i) w k = biform Q u w k + c * biform Q v w k.
Proof.
rewrite /biform !mulr_sumr -!big_split; apply: eq_bigr => i _ /=.
rewrite !mulr_sumr -!big_split; apply: eq_bigr => j _ /=; by_ring R.
Qed.

Lemma number_add Q a u v c n :
  number Q a (fun i => u i + c * v i) n = number Q a u n + c ^+ 2 * number Q a v n + c * binumber Q a u v n.
Proof.
rewrite /number /binumber !mulr_sumr -!big_split; apply: eq_bigr => k _ /=.
rewrite form_add; by_ring R.
Qed.

Lemma binumber_add Q a u v w c n :
  binumber Q a (fun i => u i + c * v i) w n = binumber Q a u w n + c * binumber Q a v w n.
Proof.
rewrite /binumber !mulr_sumr -!big_split; apply: eq_bigr => k _ /=.
rewrite biform_add; by_ring R.
Qed.

(* The same with two coefficients. *)
Lemma number_add2 Q a u v b c n :
  number Q a (fun i => b * u i + c * v i) n
  = b ^+ 2 * number Q a u n + c ^+ 2 * number Q a v n + b * c * binumber Q a u v n.
Proof.
rewrite /number /binumber !mulr_sumr -!big_split; apply: eq_bigr => k _ /=.
rewrite /form /biform !mulr_sumr -!big_split; apply: eq_bigr => i _ /=.
rewrite !mulr_sumr -!big_split; apply: eq_bigr => j _ /=; by_ring R.
Qed.

Lemma binumber_add2 Q a u v w b c n :
  binumber Q a (fun i => b * u i + c * v i) w n = b * binumber Q a u w n + c * binumber Q a v w n.
Proof.
rewrite /binumber !mulr_sumr -!big_split; apply: eq_bigr => k _ /=.
rewrite /biform !mulr_sumr -!big_split; apply: eq_bigr => i _ /=.
rewrite !mulr_sumr -!big_split; apply: eq_bigr => j _ /=; by_ring R.
Qed.

Lemma read_add q u v c k : read q (fun i => u i + c * v i) k = read q u k + c * read q v k.
Proof.
rewrite /read mulr_sumr -big_split; apply: eq_bigr => i _ /=; by_ring R.
Qed.

Lemma read_add2 q u v b c k : read q (fun i => b * u i + c * v i) k = b * read q u k + c * read q v k.
Proof.
rewrite /read !mulr_sumr -big_split; apply: eq_bigr => i _ /=; by_ring R.
Qed.

Lemma number_ext Q a u v n : u =1 v -> number Q a u n = number Q a v n.
Proof.
move=> uv; apply: eq_bigr => k _; congr (_ * _).
by apply: eq_bigr => i _; apply: eq_bigr => j _; rewrite !uv.
Qed.

Lemma read_ext q u v k : u =1 v -> read q u k = read q v k.
Proof. by move=> uv; apply: eq_bigr => i _; rewrite uv. Qed.

Lemma binumberC Q a u v n : binumber Q a u v n = binumber Q a v u n.
Proof.
apply: eq_bigr => k _; congr (_ * _); apply: eq_bigr => i _; apply: eq_bigr => j _.
by rewrite addrC.
Qed.

Lemma binumber_far Q a u v n :
  (forall k i j, (i < 3)%N -> (j < 3)%N -> u (k + i)%N * v (k + j)%N = 0) -> binumber Q a u v n = 0.
Proof.
move=> far; rewrite /binumber big1 // => k _; rewrite /biform big1 ?mulr0 // => i _.
by rewrite big1 // => j _; rewrite far // mulrC [v _ * _]mulrC far // add0r mul0r.
Qed.

(* One token that is 1, at p. *)
Definition unit p : nat -> R := fun i => (i == p)%:R.

Lemma unit_far p r (far : (p + 3 <= r)%N) k i j : (i < 3)%N -> (j < 3)%N -> unit p (k + i)%N * unit r (k + j)%N = 0.
Proof.
move=> i3 j3; rewrite /unit; case: eqP => [E|]; last by rewrite mul0r.
case: eqP => [E'|]; last by rewrite mulr0.
by move: far; rewrite -E -E' -addnA leq_add2l leqNgt ltn_addl.
Qed.

Definition pair Q (i j : 'I_3) := Q i j + Q j i.

Lemma biform_adjacent Q p k :
  biform Q (unit p) (unit p.+1) k = pair Q 0 1 * (k == p)%:R + pair Q 1 2%:R * (k.+1 == p)%:R.
Proof.
have F1 n : (n.+1 == n) = false by rewrite gtn_eqF.
have F2 n : (n.+2 == n) = false by rewrite gtn_eqF // ltnW.
have G1 n : (n == n.+1) = false by rewrite eq_sym F1.
have G2 n : (n == n.+2) = false by rewrite eq_sym F2.
have G3 n : (n == n.+3) = false by rewrite ltn_eqF // ltnW // ltnW.
have [e0 e1 e2] : [/\ ord0 = 0 :> 'I_3, lift ord0 ord0 = 1 :> 'I_3 & lift ord0 (lift ord0 ord0) = 2%:R :> 'I_3].
  by split; apply: val_inj.
rewrite /biform !big_ord_recl !big_ord0 /= /unit /bump /= !addn0 !addn1 !addn2 /pair !eqSS ?e1 ?e2 ?e0.
move: (Q 0 0) (Q 0 1) (Q 0 2%:R) (Q 1 0) (Q 1 1) (Q 1 2%:R) (Q 2%:R 0) (Q 2%:R 1) (Q 2%:R 2%:R).
move=> q00 q01 q02 q10 q11 q12 q20 q21 q22.
case: (eqVneq k p) => [->|kp]; first by rewrite G1 F1 F2 /=; by_ring R.
case: (eqVneq k.+1 p) => [<-|kp1]; first by rewrite F1 G2 /=; by_ring R.
case: (eqVneq k.+2 p) => [<-|kp2]; first by rewrite G3 /=; by_ring R.
by rewrite /=; move: (k == p.+1) => [] /=; by_ring R.
Qed.

(* Adjacent tokens meet in two windows, the first token only in one. *)
Lemma binumber_adjacent Q a p n : (p < n)%N ->
  binumber Q a (unit p.+1) (unit p.+2) n
  = a ^+ (n.-1 - p) * pair Q 0 1 + (0 < p)%:R * (a ^+ (n - p) * pair Q 1 2%:R).
Proof.
move=> pn; rewrite /binumber; under eq_bigr do rewrite biform_adjacent mulrDr !eqSS.
rewrite big_split /= (bigD1 (Ordinal pn)) //= eqxx mulr1 big1 ?addr0; last first.
  by move=> k; rewrite -val_eqE /= => /negPf->; rewrite !mulr0.
congr (_ + _); case: p pn => [|p] pn /=.
  by rewrite mul0r big1 // => k _; rewrite !mulr0.
have pn' : (p < n)%N by apply: ltnW.
rewrite mul1r (bigD1 (Ordinal pn')) //= eqxx mulr1 big1 ?addr0; last first.
  by move=> k; rewrite -val_eqE /= eqSS => /negPf->; rewrite !mulr0.
by case: n pn {pn'} => // n pn; rewrite subSS.
Qed.
End Scalars.

Lemma number_recr (R : comUnitRingType) (Q : 'M[R]_3) a u n :
  number Q a u n.+1 = a * number Q a u n + form Q u n.+1.
Proof.
rewrite /number big_ord_recr /= subnn mul1r mulr_sumr; congr (_ + _); apply: eq_bigr => k _.
by rewrite mulrA -exprS; case: n k => [[]|n k] //=; rewrite subSn // -ltnS.
Qed.

Lemma windows_stride1 N : (0 < N)%N -> windows 1 N = (2 * N).-1.
Proof. by case: N => // N _; rewrite /windows divn1 mulnS addKn. Qed.

(* Data along one vector e of length 1. *)
Section Line.
Variables (R : comUnitRingType) (f N : nat) (f0 : (0 < f)%N) (N0 : (0 < N)%N) (xi upsilon : nat -> R).
Let o := Ordinal f0.
Definition axis : 'cV[R]_f := delta_mx (Ordinal f0) 0.
Variables x y : nat -> 'cV[R]_f.
Hypothesis xE : forall i, x i = xi i *: axis.
Hypothesis yE : forall i, y i = upsilon i *: axis.
Definition line : nat -> R := fun k => if odd k then xi k./2.+1 else upsilon k./2.

Lemma tokens_line k : tokens x y k = line k *: axis.
Proof. by rewrite /tokens /line; case: odd; rewrite ?xE ?yE. Qed.

Lemma readout_line q k : window (tokens x y) k *m q = read q line k *: axis.
Proof.
rewrite readout_sum /read scaler_suml; apply: eq_bigr => i _.
rewrite -scalerA -tokens_line; congr (_ *: _); apply/matrixP => r c; rewrite !mxE ord1.
by [].
Qed.

Lemma attention_line Q k :
  (window (tokens x y) k *m Q *m (window (tokens x y) k)^T) o o = form Q line k.
Proof.
rewrite attention_sum summxE /form; apply: eq_bigr => i _; rewrite summxE; apply: eq_bigr => j _.
rewrite !mxE big_ord1 !mxE !tokens_line !mxE !eqxx !mulr1 mulrA.
by [].
Qed.

Lemma state_line Q (A : 'M[R]_f) n : (state (tokens x y) Q A 1 n) o o = number Q (A o o) line n.
Proof.
elim: n => [|n IHn]; first by rewrite /number big_ord0 mxE.
by rewrite number_recr /= mxE mxE IHn attention_line mul1n add1n.
Qed.

Lemma head_line Q q (A : 'M[R]_f) beta :
  (head_output x y Q q A beta 1 N) o 0
  = beta * (number Q (A o o) line (2 * N).-1 * read q line (2 * N).-1).
Proof.
rewrite /head_output /last_state /last_readout windows_stride1 // /window_number mul1n add1n.
have -> : (2 * N).-2.+1 = (2 * N).-1 by case: N N0 => // n _; rewrite mulnS.
rewrite readout_line -scalemxAr -colE !mxE state_line; congr (_ * _).
by rewrite mulrC.
Qed.
End Line.

Lemma step_line (R : realFieldType) f N (f0 : (0 < f)%N) (xi upsilon : nat -> R) x y eta W1 :
  (forall i, x i = xi i *: axis R f0) -> (forall i, y i = upsilon i *: axis R f0) ->
  step (loss x y N) eta 0 W1 ->
  (W1^T *m x N.+1) (Ordinal f0) 0
  = eta / N%:R * (\sum_(1 <= i < N.+1) upsilon i * xi i * xi N.+1).
Proof.
move=> xE yE s1; rewrite (step0_tr _ s1) mxE summxE; congr (_ * _); apply: eq_bigr => i _.
rewrite !xE yE [(_ *: _)^T]linearZ /= -!scalemxAl -!scalemxAr -!scalemxAl !scalerA mxE /axis trmx_delta.
by rewrite !mul_delta_mx mxE !eqxx mulr1 mulrA mulrAC.
Qed.

Lemma heads_line (R : comUnitRingType) f N (f0 : (0 < f)%N) (xi upsilon : nat -> R) x y H Q q (a : 'I_H -> R) :
  (0 < N)%N -> (forall i, x i = xi i *: axis R f0) -> (forall i, y i = upsilon i *: axis R f0) ->
  (heads_output x y Q q a 1 N) (Ordinal f0) 0
  = \sum_h number (Q h) (a h) (line xi upsilon) (2 * N).-1 * read (q h) (line xi upsilon) (2 * N).-1.
Proof.
move=> N0 xE yE; rewrite summxE; apply: eq_bigr => h _; rewrite (head_line N0 xE yE) mul1r.
by rewrite mxE.
Qed.
