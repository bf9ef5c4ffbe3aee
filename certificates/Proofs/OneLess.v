(* HEADS: 2N - 3 heads are too few. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Coq Require Import Lia.
From Certificates Require Import Constructions Statements Proofs.RingTactic Proofs.Gradients Proofs.Layers.
From Certificates Require Import Proofs.EveryToken Proofs.Heads Proofs.TooFew Proofs.Impossible Proofs.Possible.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.Theory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Tokens.
Variable R : comUnitRingType.
Add Ring R_ring : (ring_laws R).
Implicit Types (u v w : nat -> R) (Q : 'M[R]_3) (a : R).

Lemma biform_skip Q p k : biform Q (unit R p) (unit R p.+2) k = pair Q 0 2%:R * (k == p)%:R.
Proof.
have F1 n : (n.+1 == n) = false by rewrite gtn_eqF.
have F2 n : (n.+2 == n) = false by rewrite gtn_eqF // ltnW.
have G1 n : (n == n.+1) = false by rewrite eq_sym F1.
have G2 n : (n == n.+2) = false by rewrite eq_sym F2.
have G3 n : (n == n.+3) = false by rewrite ltn_eqF // ltnW // ltnW.
have G4 n : (n == n.+4) = false by rewrite ltn_eqF // ltnW // ltnW // ltnW.
have [e0 e1 e2] : [/\ ord0 = 0 :> 'I_3, lift ord0 ord0 = 1 :> 'I_3 & lift ord0 (lift ord0 ord0) = 2%:R :> 'I_3].
  by split; apply: val_inj.
rewrite /biform !big_ord_recl !big_ord0 /= /unit /bump /= !addn0 !addn1 !addn2 /pair !eqSS ?e1 ?e2 ?e0.
move: (Q 0 0) (Q 0 1) (Q 0 2%:R) (Q 1 0) (Q 1 1) (Q 1 2%:R) (Q 2%:R 0) (Q 2%:R 1) (Q 2%:R 2%:R).
move=> q00 q01 q02 q10 q11 q12 q20 q21 q22.
case: (eqVneq k p) => [->|kp]; first by rewrite G1 G2 F1 F2 /=; by_ring R.
case: (eqVneq k.+1 p) => [<-|kp1]; first by rewrite F1 G2 G3 /=; by_ring R.
case: (eqVneq k.+2 p) => [<-|kp2]; first by rewrite G3 G4 /=; by_ring R.
by rewrite /=; move: (k == p.+1) (k == p.+2) => [] [] /=; by_ring R.
Qed.

Lemma binumber_skip Q a p n : (p < n)%N ->
  binumber Q a (unit R p.+1) (unit R p.+3) n = a ^+ (n.-1 - p) * pair Q 0 2%:R.
Proof.
move=> pn; rewrite /binumber; under eq_bigr do rewrite biform_skip eqSS.
rewrite (bigD1 (Ordinal pn)) //= eqxx mulr1 big1 ?addr0 // => k.
by rewrite -val_eqE /= => /negPf->; rewrite !mulr0.
Qed.

(* The last two tokens meet in the last window alone. *)
Lemma binumber_last Q a n : binumber Q a (unit R n.+2) (unit R n.+3) n.+1 = pair Q 1 2%:R.
Proof.
rewrite /binumber big_ord_recr /= subnn expr0 mul1r biform_adjacent eqxx mulr1 big1 => [|k _].
  by rewrite ltn_eqF // mulr0 !add0r.
rewrite biform_adjacent !eqSS ltn_eqF ?ltnS ?(ltnW (ltn_ord k)) // ltn_eqF ?ltn_ord //.
by rewrite !mulr0 addr0 mulr0.
Qed.

(* The sum of target times input. *)
Definition pairs N u : R := \sum_(1 <= i < N.+1) u (2 * i)%N * u (2 * i).-1.
Definition bipairs N u v : R := \sum_(1 <= i < N.+1) (u (2 * i)%N * v (2 * i).-1 + v (2 * i)%N * u (2 * i).-1).

Lemma pairs_add N u v c : pairs N (fun i => u i + c * v i) = pairs N u + c ^+ 2 * pairs N v + c * bipairs N u v.
Proof.
rewrite /pairs /bipairs !mulr_sumr -!big_split; apply: eq_bigr => i _ /=; by_ring R.
Qed.

Lemma bipairs_add N u v w c : bipairs N (fun i => u i + c * v i) w = bipairs N u w + c * bipairs N v w.
Proof.
rewrite /bipairs !mulr_sumr -!big_split; apply: eq_bigr => i _ /=; by_ring R.
Qed.

Lemma bipairs_skip N p : bipairs N (unit R p.+2) (unit R p) = 0.
Proof.
rewrite /bipairs big1_seq // => i /andP[_]; rewrite mem_index_iota => /andP[i0 _].
have -> : (2 * i)%N = (2 * i).-1.+1 by rewrite prednK // muln_gt0.
move: (2 * i).-1.+1.-1 => m; rewrite /unit !eqSS; case: (eqVneq m p) => [->|_].
  by rewrite ltn_eqF // mul0r add0r gtn_eqF // mul0r.
rewrite mulr0 add0r; case: (eqVneq m.+1 p) => [<-|_]; last by rewrite mul0r.
by rewrite ltn_eqF ?mulr0 // ltnW // ltnW.
Qed.

Lemma bipairs_end N p : bipairs N (unit R (2 * N).+1) (unit R p) = 0.
Proof.
rewrite /bipairs big1_seq // => i /andP[_]; rewrite mem_index_iota => /andP[i0 iN].
have i2 : (2 * i < (2 * N).+1)%N by rewrite ltnS leq_mul2l /= -ltnS.
by rewrite /unit (ltn_eqF i2) mul0r add0r [((2 * i).-1 == _)%N]ltn_eqF ?mulr0 // (leq_ltn_trans (leq_pred _) i2).
Qed.

End Tokens.

Section Free.
Variables (R : realFieldType) (n H : nat) (c : R) (Q : 'I_H -> 'M[R]_3) (q : 'I_H -> 'cV[R]_3) (a : 'I_H -> R).
Add Ring R_ring2 : (ring_laws [comRingType of R]).
(* N = n + 2 samples, M = 2n + 3 windows *)
Let N := n.+2.
Let M := (2 * n).+3.
Hypothesis exact : forall u : nat -> R,
  \sum_h number (Q h) (a h) u M * read (q h) u M = c * (pairs N u * u (2 * N).+1).

Lemma read_early h p : (p < M)%N -> read (q h) (unit R p) M = 0.
Proof.
move=> pM; rewrite /read big1 // => i _; rewrite /unit gtn_eqF ?mulr0 //.
exact: leq_trans pM (leq_addr _ _).
Qed.

(* The part that is linear in an early token. *)
Lemma early p T : (p < M)%N ->
  \sum_h binumber (Q h) (a h) T (unit R p) M * read (q h) T M = c * (bipairs N T (unit R p) * T (2 * N).+1).
Proof.
move=> pM; have two : (2%:R : R) != 0 by rewrite pnatr_eq0.
have end0 : unit R p (2 * N).+1 = 0.
  by rewrite /unit gtn_eqF // (leq_trans pM) // /M /N !mulnS.
have := exact (fun i => T i + 1 * unit R p i); have := exact (fun i => T i + (-1) * unit R p i).
rewrite !pairs_add end0 => E1 E2; apply: (mulfI two).
have -> : 2%:R * (\sum_h binumber (Q h) (a h) T (unit R p) M * read (q h) T M)
   = \sum_h number (Q h) (a h) (fun i => T i + 1 * unit R p i) M * read (q h) (fun i => T i + 1 * unit R p i) M
     - \sum_h number (Q h) (a h) (fun i => T i + (-1) * unit R p i) M * read (q h) (fun i => T i + (-1) * unit R p i) M.
  rewrite mulr_sumr -sumrB; apply: eq_bigr => h _; rewrite !number_add !read_add read_early //.
  by_ring [comRingType of R].
rewrite E1 E2; by_ring [comRingType of R].
Qed.

(* q_1 times the adjacent tokens p + 1, p + 2 *)
Lemma first_weight p : (p.+2 <= M)%N ->
  \sum_h binumber (Q h) (a h) (unit R p.+1) (unit R p.+2) M * q h 0 0 = 0.
Proof.
move=> pM; have readM h : read (q h) (unit R M) M = q h 0 0.
  rewrite /read !big_ord_recl big_ord0 /= /bump /= addn0 addn1 addn2 /unit eqxx gtn_eqF // gtn_eqF 1?ltnW //.
  by rewrite !mulr0 !addr0 mulr1; congr (q h _ 0); apply: val_inj.
have endM : unit R M (2 * N).+1 = 0 by rewrite /unit gtn_eqF // /M /N !mulnS.
rewrite leq_eqVlt in pM; case/orP: pM => [/eqP E|pM].
  have := early (unit R M) (_ : (p.+1 < M)%N); rewrite endM mulr0 mulr0 -E ltnSn => <- //.
  by apply: eq_bigr => h _; rewrite binumberC E readM.
have early1 b : \sum_h binumber (Q h) (a h) (fun i => unit R M i + b * unit R p.+2 i) (unit R p.+1) M
                * read (q h) (fun i => unit R M i + b * unit R p.+2 i) M = 0.
  rewrite early ?(ltnW pM) // endM add0r.
  by rewrite /unit [((2 * N).+1 == p.+2)%N]gtn_eqF ?mulr0 // (leq_trans pM) // /M /N !mulnS.
have := early1 1; have := early1 0 => E0 E1; rewrite -[RHS]subr0 -[X in X - _]E1 -[X in _ - X]E0 -sumrB.
apply: eq_bigr => h _; rewrite !binumber_add !read_add (read_early h pM) readM binumberC.
by_ring [comRingType of R].
Qed.

(* q_3 times the tokens p + 1 and p + 3 *)
Lemma skipped p : (p.+2 <= M)%N ->
  \sum_h binumber (Q h) (a h) (unit R p.+1) (unit R p.+3) M * q h 2%:R 0 = 0.
Proof.
move=> pM; have two : (2%:R : R) != 0 by rewrite pnatr_eq0.
have E2N : (2 * N).+1 = M.+2 by rewrite /M /N !mulnS.
have readS h : read (q h) (unit R M.+2) M = q h 2%:R 0.
  rewrite /read !big_ord_recl big_ord0 /= /bump /= addn0 addn1 addn2 /unit eqxx ltn_eqF 1?ltnW // ltn_eqF //.
  by rewrite !mulr0 add0r addr0 add0r mulr1; congr (q h _ 0); apply: val_inj.
have early1 s : \sum_h binumber (Q h) (a h) (fun i => unit R p.+3 i + s * unit R M.+2 i) (unit R p.+1) M
                * read (q h) (fun i => unit R p.+3 i + s * unit R M.+2 i) M = 0.
  rewrite early // bipairs_add bipairs_skip -E2N bipairs_end mulr0 addr0 mul0r mulr0.
  by [].
have far h : binumber (Q h) (a h) (unit R M.+2) (unit R p.+1) M = 0.
  by rewrite binumberC binumber_far // => m i j i3 j3; rewrite (unit_far R) // addn3 !ltnS.
apply: (mulfI two); rewrite mulr0 -[RHS](subr0 0) -{1}(early1 1) -(early1 (-1)) mulr_sumr -sumrB.
apply: eq_bigr => h _; rewrite !binumber_add !read_add far readS binumberC.
by_ring [comRingType of R].
Qed.
End Free.
