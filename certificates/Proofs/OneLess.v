(* HEADS: 2N - 3 heads are too few. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Coq Require Import Lia.
From Certificates Require Import Constructions Statements Proofs.RingTactic Proofs.Gradients Proofs.Layers.
From Certificates Require Import Proofs.EveryToken Proofs.Heads Proofs.TooFew Proofs.Impossible Proofs.OneHead.

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

Lemma pairs_add2 N u v b c :
  pairs N (fun i => b * u i + c * v i) = b ^+ 2 * pairs N u + c ^+ 2 * pairs N v + b * c * bipairs N u v.
Proof.
rewrite /pairs /bipairs !mulr_sumr -!big_split; apply: eq_bigr => i _ /=; by_ring R.
Qed.

Lemma bipairs_add2 N u v w b c :
  bipairs N (fun i => b * u i + c * v i) w = b * bipairs N u w + c * bipairs N v w.
Proof.
rewrite /bipairs !mulr_sumr -!big_split; apply: eq_bigr => i _ /=; by_ring R.
Qed.

(* The last target and the last input are a pair. *)
Lemma bipairs_last N : (0 < N)%N -> bipairs N (unit R (2 * N)%N) (unit R (2 * N).-1) = 1.
Proof.
move=> N0; have E : (2 * N)%N = (2 * N).-1.+1 by rewrite prednK // muln_gt0.
rewrite /bipairs big_nat_recr //= big1_seq ?add0r => [|i /andP[_]]; last first.
  rewrite mem_index_iota => /andP[_ iN]; have i2 : (2 * i < 2 * N)%N by rewrite ltn_mul2l.
  by rewrite /unit (ltn_eqF i2) mul0r add0r [_ == (2 * N)%N]ltn_eqF ?mulr0 // (leq_ltn_trans (leq_pred _) i2).
by rewrite /unit !eqxx mulr1 [_ == (2 * N)%N]ltn_eqF ?mulr0 ?addr0 // {2}E ltnS leqnn.
Qed.

Lemma bipairs_skip N p : bipairs N (unit R p.+2) (unit R p) = 0.
Proof.
rewrite /bipairs big1_seq // => i /andP[_]; rewrite mem_index_iota => /andP[i0 _].
have : (0 < 2 * i)%N by rewrite muln_gt0.
case: (2 * i)%N => // m _ /=; rewrite /unit !eqSS; case: (eqVneq m p) => [->|_].
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

Lemma endN : (2 * N).+1 = M.+2. Proof. by rewrite /M /N !mulnS. Qed.

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
  by rewrite endN /unit (gtn_eqF (leqW (leqW pM))).
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
have endM : unit R M (2 * N).+1 = 0 by rewrite endN /unit gtn_eqF.
rewrite leq_eqVlt in pM; case/orP: pM => [/eqP E|pM].
  have pM1 : (p.+1 < M)%N by rewrite -E.
  have E0 := early (unit R M) pM1; rewrite endM !mulr0 in E0; rewrite -[RHS]E0 E.
  by apply: eq_bigr => h _; rewrite binumberC readM.
have early1 b : \sum_h binumber (Q h) (a h) (fun i => unit R M i + b * unit R p.+2 i) (unit R p.+1) M
                * read (q h) (fun i => unit R M i + b * unit R p.+2 i) M = 0.
  rewrite early ?(ltnW pM) // endM add0r.
  by rewrite endN /unit (gtn_eqF (leqW (leqW pM))) !mulr0.
have E := congr2 (fun u v => u - v) (early1 1) (early1 0).
rewrite subrr -sumrB in E; rewrite -[RHS]E.
apply: eq_bigr => h _; rewrite !binumber_add !read_add (read_early h pM) readM binumberC.
by_ring [comRingType of R].
Qed.

(* q_3 times the tokens p + 1 and p + 3 *)
Lemma skipped p : (p.+2 <= M)%N ->
  \sum_h binumber (Q h) (a h) (unit R p.+1) (unit R p.+3) M * q h 2%:R 0 = 0.
Proof.
move=> pM; have two : (2%:R : R) != 0 by rewrite pnatr_eq0.
have E2N := endN.
have readS h : read (q h) (unit R M.+2) M = q h 2%:R 0.
  rewrite /read !big_ord_recl big_ord0 /= /bump /= addn0 addn1 addn2 /unit eqxx ltn_eqF 1?ltnW // ltn_eqF //.
  by rewrite !mulr0 add0r addr0 add0r mulr1; congr (q h _ 0); apply: val_inj.
have early1 s : \sum_h binumber (Q h) (a h) (fun i => unit R p.+3 i + s * unit R M.+2 i) (unit R p.+1) M
                * read (q h) (fun i => unit R p.+3 i + s * unit R M.+2 i) M = 0.
  rewrite early // bipairs_add bipairs_skip -E2N bipairs_end mulr0 addr0 mul0r mulr0.
  by [].
have far h : binumber (Q h) (a h) (unit R M.+2) (unit R p.+1) M = 0.
  by rewrite binumberC binumber_far // => m i j i3 j3; rewrite (unit_far R) // addn3 !ltnS.
have E := congr2 (fun u v => u - v) (early1 1) (early1 (-1)).
rewrite subrr -sumrB in E; apply: (mulfI two); rewrite mulr0 -[RHS]E mulr_sumr.
apply: eq_bigr => h _; rewrite !binumber_add !read_add far readS binumberC.
by_ring [comRingType of R].
Qed.

(* The last target, the last input and the query *)
Lemma last_tokens :
  \sum_h (q h 2%:R 0 * binumber (Q h) (a h) (unit R M) (unit R M.+1) M
          + q h 1 0 * binumber (Q h) (a h) (unit R M) (unit R M.+2) M
          + q h 0 0 * binumber (Q h) (a h) (unit R M.+1) (unit R M.+2) M) = c.
Proof.
have eight : (8%:R : R) != 0 by rewrite pnatr_eq0.
pose T alpha beta s i := (s * unit R M.+2 i + beta * unit R M.+1 i) + alpha * unit R M i.
pose F alpha beta s := \sum_h number (Q h) (a h) (T alpha beta s) M * read (q h) (T alpha beta s) M.
have F1 : M == M.+1 = false by rewrite ltn_eqF.
have F2 : M == M.+2 = false by rewrite ltn_eqF // ltnW.
have F1' : M.+1 == M = false by rewrite gtn_eqF.
have F3 : M.+1 == M.+2 = false by rewrite ltn_eqF.
have F3' : M.+2 == M.+1 = false by rewrite gtn_eqF.
have F2' : M.+2 == M = false by rewrite gtn_eqF // ltnW.
have [e0 e1 e2] : [/\ ord0 = 0 :> 'I_3, lift ord0 ord0 = 1 :> 'I_3 & lift ord0 (lift ord0 ord0) = 2%:R :> 'I_3].
  by split; apply: val_inj.
have r k h : read (q h) (unit R k) M
  = q h 0 0 * (M == k)%:R + q h 1 0 * (M.+1 == k)%:R + q h 2%:R 0 * (M.+2 == k)%:R.
  by rewrite /read !big_ord_recl big_ord0 /= /bump /= addn0 addn1 addn2 /unit e0 e1 e2 addr0 addrA.
have numberT h alpha beta s : number (Q h) (a h) (T alpha beta s) M
  = s ^+ 2 * number (Q h) (a h) (unit R M.+2) M + beta ^+ 2 * number (Q h) (a h) (unit R M.+1) M
    + s * beta * binumber (Q h) (a h) (unit R M.+2) (unit R M.+1) M + alpha ^+ 2 * number (Q h) (a h) (unit R M) M
    + alpha * (s * binumber (Q h) (a h) (unit R M.+2) (unit R M) M
               + beta * binumber (Q h) (a h) (unit R M.+1) (unit R M) M).
  by rewrite /T number_add number_add2 binumber_add2.
have readT h alpha beta s : read (q h) (T alpha beta s) M = s * q h 2%:R 0 + beta * q h 1 0 + alpha * q h 0 0.
  rewrite /T read_add read_add2 !r !eqxx ?F1 ?F2 ?F1' ?F2' ?F3 ?F3' /=; by_ring [comRingType of R].
have value alpha beta s : F alpha beta s = c * ((s ^+ 2 * pairs N (unit R M.+2) + beta ^+ 2 * pairs N (unit R M.+1)
    + s * beta * bipairs N (unit R M.+2) (unit R M.+1) + alpha ^+ 2 * pairs N (unit R M)
    + alpha * (s * bipairs N (unit R M.+2) (unit R M) + beta)) * s).
  rewrite /F exact pairs_add pairs_add2 bipairs_add2 endN.
  have -> : bipairs N (unit R M.+1) (unit R M) = 1.
    have E : M.+1 = (2 * N)%N by apply/succn_inj; rewrite endN.
    by rewrite E -[M]/(M.+1.-1) E bipairs_last.
  rewrite /T /unit eqxx F2' eqSS F1' /=; by_ring [comRingType of R].
apply: (mulfI eight); have -> : 8%:R * c = F 1 1 1 - F (-1) 1 1 - F 1 (-1) 1 - F 1 1 (-1)
    + F (-1) (-1) 1 + F (-1) 1 (-1) + F 1 (-1) (-1) - F (-1) (-1) (-1).
  by rewrite !value; by_ring [comRingType of R].
rewrite /F mulr_sumr -!sumrN -!big_split; apply: eq_bigr => h _ /=.
rewrite !numberT !readT.
rewrite (binumberC _ _ (unit R M.+1) (unit R M)) (binumberC _ _ (unit R M.+2) (unit R M)).
rewrite (binumberC _ _ (unit R M.+2) (unit R M.+1)).
by_ring [comRingType of R].
Qed.
End Free.

(* Weights of distinct decays that are not 0 vanish if enough power sums do. *)
Lemma weights_vanish (R : realFieldType) H (w a : 'I_H -> R) : injective a -> (forall h, a h != 0) ->
  (forall m, (0 < m <= H)%N -> power_sum w a m = 0) -> forall h, w h = 0.
Proof.
move=> inj a0 sums h0; pose s := [seq a h | h <- enum 'I_H & h != h0].
have ss : (size s < H)%N.
  rewrite size_map size_filter -[X in (_ < X)%N](size_enum_ord H) ltn_neqAle count_size andbT -all_count.
  by apply/allPn; exists h0; rewrite ?mem_enum //= eqxx.
pose P : {poly R} := 'X * roots s.
have sP : (size P <= H.+1)%N.
  apply: leq_trans (size_mul_leq _ _) _; rewrite size_polyX size_roots; exact: ss.
have : 2%:R * (\sum_h w h * P.[a h]) = 0 * (P.[1] + P.[-1]); first apply: (sum_horner sP) => m mH.
  by case: m mH => [|m] mH; [rewrite coefXM /= !mul0r | rewrite sums ?mul0r].
rewrite mul0r (bigD1 h0) //= big1 => [|h hh0]; last first.
  by rewrite hornerM roots_zero ?mulr0 //; apply/mapP; exists h; rewrite // mem_filter hh0 mem_enum.
rewrite addr0 hornerM hornerX => /eqP; rewrite !mulf_eq0 pnatr_eq0 (negPf (a0 h0)) /=.
case/orP => [/eqP //|]; rewrite roots_at; have : \prod_(d <- s) (a h0 - d) != 0.
  rewrite prodf_seq_neq0; apply/allP => d /mapP[h]; rewrite mem_filter => /andP[hh0 _] -> /=.
  by rewrite subr_eq0 (inj_eq inj) eq_sym.
by move/negPf ->.
Qed.

Section Final.
Variables (R : realFieldType) (f n : nat) (f0 : (0 < f)%N) (eta : R) (eta0 : eta != 0).
Add Ring R_ring3 : (ring_laws [comRingType of R]).
Let N := n.+3.
Let H := (2 * N - 3)%N.
Variables (Q : 'I_H -> 'M[R]_3) (q : 'I_H -> 'cV[R]_3) (a : 'I_H -> R).
Hypothesis a0 : forall h, 0 <= a h.
Hypothesis all : forall (x y : nat -> 'cV[R]_f) W1,
  step (loss x y N) eta 0 W1 -> heads_output x y Q q a 1 N = W1^T *m x N.+1.

Lemma free_exact u : \sum_h number (Q h) (a h) u (2 * n.+1).+3 * read (q h) u (2 * n.+1).+3
  = eta / N%:R * (pairs N u * u (2 * N).+1).
Proof.
pose xi i := u (2 * i).-1; pose up i := u (2 * i)%N.
pose x i := xi i *: axis R f0; pose y i := up i *: axis R f0.
have lineE : line xi up =1 u.
  move=> k; rewrite /line /xi /up; have E := odd_double_half k; rewrite -mul2n in E.
  move: E; set m := k./2; case: (odd k) => <-; last by [].
  by congr u; rewrite mulnS.
have [W1 s1] := line_step N eta x y; have := all s1; move/matrixP/(_ (Ordinal f0) 0).
have N0 : (0 < N)%N by []; have xE i : x i = xi i *: axis R f0 by []; have yE i : y i = up i *: axis R f0 by [].
rewrite (heads_line _ _ _ N0 xE yE) (step_line xE yE s1).
have EM : (2 * N).-1 = (2 * n.+1).+3 by rewrite /N !mulnS.
rewrite EM => E; rewrite -[LHS](eq_bigr _ (fun h _ => congr2 *%R (number_ext _ _ _ lineE) (read_ext _ _ lineE))) E.
by congr (_ * _); rewrite /pairs mulr_suml; apply: eq_bigr => i _; rewrite /xi mulnS.
Qed.

Let g := weight Q q a.

Lemma final_sums m : (0 < m <= 2 * N - 3)%N -> power_sum g a m = eta / N%:R * (~~ odd m)%:R.
Proof.
have N1 : (1 < N)%N by [].
have ex := heads_exact f0 N1 (fun x omega W1 => @all x (fun i => omega *: x i) W1).
by move=> mN; rewrite (exact_power_sums ex).
Qed.

Lemma final_first m : (0 < m <= H)%N ->
  power_sum (fun h => q h 0 0 * (pair (Q h) 0 1 + a h * pair (Q h) 1 2%:R)) a m = 0.
Proof.
move=> /andP[m0 mH]; pose p := ((2 * n.+1).+2 - m)%N.
have HE : H = (2 * n.+1).+1 by rewrite /H /N !mulnS.
rewrite HE in mH; have mM : (m <= (2 * n.+1).+2)%N by apply: leqW.
have pM : (p.+2 <= (2 * n.+1).+3)%N by rewrite !ltnS leq_subLR addnC -[m in X in (_ <= X)%N](prednK m0) addnS ltnS leq_addr.
have p0 : (0 < p)%N by rewrite subn_gt0 ltnS.
rewrite -[RHS](first_weight free_exact pM); apply: eq_bigr => h _.
rewrite binumber_adjacent; last by apply: leq_trans pM; apply: leqW.
have E1 : ((2 * n.+1).+3.-1 - p)%N = m by rewrite /= subKn.
have E2 : ((2 * n.+1).+3 - p)%N = m.+1 by rewrite subSn ?leq_subr // subKn.
rewrite E1 E2 p0 mul1r exprS.
move: (q h _ _) (pair _ _ _) (pair _ _ _) (a h) (a h ^+ m) => u v w b r; by_ring [comRingType of R].
Qed.

Lemma final_skipped m : (0 < m <= H)%N -> power_sum (fun h => q h 2%:R 0 * pair (Q h) 0 2%:R) a m = 0.
Proof.
move=> /andP[m0 mH]; pose p := ((2 * n.+1).+2 - m)%N.
have HE : H = (2 * n.+1).+1 by rewrite /H /N !mulnS.
rewrite HE in mH; have mM : (m <= (2 * n.+1).+2)%N by apply: leqW.
have pM : (p.+2 <= (2 * n.+1).+3)%N by rewrite !ltnS leq_subLR addnC -[m in X in (_ <= X)%N](prednK m0) addnS ltnS leq_addr.
rewrite -[RHS](skipped free_exact pM); apply: eq_bigr => h _.
rewrite binumber_skip; last by apply: leq_trans pM; apply: leqW.
have E1 : ((2 * n.+1).+3.-1 - p)%N = m by rewrite /= subKn.
rewrite E1; move: (q h _ _) (pair _ _ _) (a h ^+ m) => u v r; by_ring [comRingType of R].
Qed.

Lemma final_last : \sum_h (g h + q h 1 0 * pair (Q h) 0 2%:R + q h 0 0 * pair (Q h) 1 2%:R) = eta / N%:R.
Proof.
rewrite -(last_tokens free_exact); apply: eq_bigr => h _.
rewrite binumber_adjacent // binumber_skip // binumber_last /= subnn subSnn expr0 expr1 mul1r !mul1r.
by rewrite /g /weight.
Qed.

Lemma too_few_heads : False.
Proof.
have N1 : (1 < N)%N by []; have N2 : (2 < N)%N by [].
have c0 := rate_neq0 N1 eta0.
pose P h := g h * a h != 0; pose s := undup [seq a h | h <- enum 'I_H & P h].
have s_pos d : d \in s -> 0 < d.
  rewrite mem_undup => /mapP[h]; rewrite mem_filter => /andP[gh _] ->.
  by rewrite lt_def a0 andbT; apply: contraNneq gh => ->; rewrite mulr0.
have s_all h : g h * a h != 0 -> a h \in s.
  by move=> gh; rewrite mem_undup map_f // mem_filter mem_enum andbT.
have few := too_few_decays N2 final_sums s_pos s_all.
have sP : (size s <= count P (enum 'I_H))%N.
  by rewrite -size_filter -(size_map a) size_undup.
have sH : (size s <= H)%N by apply: leq_trans sP _; rewrite -[X in (_ <= X)%N](size_enum_ord H) count_size.
case: (leqP (size s) (2 * N - 4)) => [/few E|big]; first by rewrite E eqxx in c0.
have HE : H = (2 * N - 4).+1 by rewrite /H /N !mulnS.
have sE : size s = H by apply/eqP; rewrite eqn_leq sH HE.
have cP : (H <= count P (enum 'I_H))%N by apply: leq_trans sP; rewrite sE.
have allP h : P h.
  have : seq.all P (enum 'I_H) by rewrite all_count eqn_leq count_size /= size_enum_ord.
  by move/seq.allP => /(_ h (mem_enum _ _)).
have E : [seq a h | h <- enum 'I_H & P h] = [seq a h | h <- enum 'I_H].
  by rewrite (eq_filter (a2 := predT)) ?filter_predT // => h; rewrite allP.
have inj : injective a.
  apply/injectiveP; rewrite /injectiveb /dinjectiveb; apply: contraT.
  by rewrite -ltn_size_undup -[X in undup X]E -/s sE size_map size_enum_ord ltnn.
have [g0 a_neq0] : (forall h, g h != 0) /\ (forall h, a h != 0).
  by split=> h; have := allP h; rewrite /P mulf_eq0 negb_or => /andP[].
have q1 h : q h 0 0 = 0.
  have := weights_vanish inj a_neq0 final_first h; have := g0 h; rewrite /g /weight mulf_eq0 negb_or.
  by case/andP => _ g1 /eqP; rewrite mulf_eq0 (negPf g1) orbF => /eqP.
have P13 h : pair (Q h) 0 2%:R = 0.
  have := weights_vanish inj a_neq0 final_skipped h; have := g0 h; rewrite /g /weight mulf_eq0 negb_or.
  by case/andP => q3 _ /eqP; rewrite mulf_eq0 (negPf q3) => /eqP.
have sum0 : power_sum g a 0 = eta / N%:R.
  rewrite -final_last; apply: eq_bigr => h _.
  by rewrite q1 P13 mul0r mulr0 !addr0 expr0 mulr1.
have s_nil : s != [::] by rewrite -size_eq0 sE HE.
have := one_less N2 final_sums s_pos sum0 (fun h _ => s_all h (allP h)) sH s_nil.
by move/eqP; rewrite (negPf c0).
Qed.
End Final.

Theorem HEADS_one_less_holds : HEADS_one_less.
Proof.
move=> R f [|[|[|n]]] // eta Q q a f0 _ eta0 a0 all; last exact: (too_few_heads f0 eta0 a0 all).
have N1 : (1 < 2)%N by []; apply: (STRIDE_holds (Q := Q ord0) (q := q ord0) (A := const_mx (a ord0)) (beta := 1) f0 N1 eta0).
by move=> x omega W1 y s1; rewrite -(all x y W1 s1) /heads_output big_ord1.
Qed.
