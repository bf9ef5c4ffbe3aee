(* OPTL: the best coefficients of L steps, given the moments. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Certificates Require Import Constructions Statements Proofs.RingTactic.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.Theory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Lemma entry_scale (R : comUnitRingType) m n k (A : 'M[R]_(m, n)) i j : (k *: A) i j = k * A i j.
Proof. by rewrite mxE. Qed.

Section Form.
Variables (R : comUnitRingType) (L : nat) (H : 'M[R]_L).
Hypothesis symH : H^T = H.
Implicit Types a b c : 'cV[R]_L.
Definition form a c : R := (a^T *m H *m c) 0 0.

Lemma formC a c : form a c = form c a.
Proof. by rewrite /form -[in LHS](trmxK (_ *m c)) mxE !trmx_mul trmxK symH mulmxA. Qed.
Lemma formBl a b c : form (a - b) c = form a c - form b c.
Proof. by rewrite /form linearB /= !mulmxBl !mxE. Qed.
Lemma formZl k a c : form (k *: a) c = k * form a c.
Proof. by rewrite /form linearZ /= -!scalemxAl mxE. Qed.
Lemma form_square a b : form (a - b) (a - b) = form a a - 2%:R * form b a + form b b.
Proof.
rewrite formBl [form a _]formC [form b _]formC !formBl (formC a b) opprB mulr2n mulrDl !mul1r opprD !addrA.
by rewrite addrAC.
Qed.
Lemma form_solution c s b : H *m s = b -> form s c = (b^T *m c) 0 0.
Proof. by move=> <-; rewrite /form trmx_mul symH. Qed.
End Form.

Section Algebra.
Variables (R : comUnitRingType) (L : nat) (m : nat -> R) (mu2 tau2 : R).
Add Ring R_ring : (ring_laws [comRingType of R]).
Local Notation H := (OPTL_H L m tau2).
Local Notation b := (OPTL_b L m).
Lemma symmetric_H : H^T = H.
Proof. by apply/matrixP => k l; rewrite !mxE addnC. Qed.

Lemma complete_square c : let D := \det H in let A := \adj H *m b in let d := D *: c - A in
  D ^+ 2 * OPTL_risk m mu2 tau2 c = mu2 * D * (m 0%N * D - (b^T *m A) 0 0) + mu2 * (d^T *m H *m d) 0 0.
Proof.
move=> D A d; have HA : H *m A = D *: b by rewrite /A mulmxA mul_mx_adj mul_scalar_mx.
have formA a : form H A a = D * (b^T *m a) 0 0.
  by rewrite (form_solution symmetric_H _ HA) linearZ /= -scalemxAl mxE.
rewrite -/(form H d d) /d (form_square symmetric_H) !formA formZl (formC symmetric_H) formZl -scalemxAr.
rewrite entry_scale /OPTL_risk -/(form H c c).
move: (form H c c) ((b^T *m c) 0 0) ((b^T *m A) 0 0) (m 0%N) D {d formA HA} => cc bc bA m0 D'.
by by_ring [comRingType of R].
Qed.

Lemma excess c s : H *m s = b ->
  OPTL_risk m mu2 tau2 c = OPTL_risk m mu2 tau2 s + mu2 * form H (c - s) (c - s).
Proof.
move=> Hs; rewrite (form_square symmetric_H) /OPTL_risk -/(form H c c) -/(form H s s) !(form_solution symmetric_H _ Hs).
move: (form H c c) ((b^T *m c) 0 0) ((b^T *m s) 0 0) (m 0%N) => cc bc bs m0.
by by_ring [comRingType of R].
Qed.

Lemma form_sums c : form H c c = \sum_k \sum_l c k 0 * c l 0 * (m (k + l).+2 + tau2 * m (k + l).+1).
Proof.
rewrite /form mxE exchange_big /=; apply: eq_bigr => l _; rewrite !mxE mulr_suml; apply: eq_bigr => k _.
by rewrite !mxE mulrAC.
Qed.

Lemma risk_sums (c : 'cV[R]_L) : OPTL_risk m mu2 tau2 c = mu2 * (m 0%N - 2%:R * (\sum_k c k 0 * m k.+1)
  + \sum_k \sum_l c k 0 * c l 0 * (m (k + l).+2 + tau2 * m (k + l).+1)).
Proof.
rewrite /OPTL_risk -/(form H c c) form_sums mxE; congr (_ * (_ - _ * _ + _)).
by apply: eq_bigr => k _; rewrite !mxE mulrC.
Qed.
End Algebra.

Theorem OPTL_algebra_holds : OPTL_algebra.
Proof. by move=> R L m mu2 tau2 c; exact: complete_square. Qed.

(* Means of squares by second moments *)
Section SecondMoments.
Variables (R : comUnitRingType).

Lemma mean_square n M (v : 'I_M -> R) (z : 'I_M -> 'cV[R]_n) C (a : 'rV[R]_n) :
  \sum_r v r *: (z r *m (z r)^T) = C -> \sum_r v r * ((a *m z r) 0 0) ^+ 2 = (a *m C *m a^T) 0 0.
Proof.
move=> <-; rewrite mulmx_sumr mulmx_suml summxE; apply: eq_bigr => r _.
rewrite -scalemxAr -scalemxAl entry_scale mulmxA -(mulmxA (a *m z r)) -trmx_mul [in RHS]mxE big_ord1 [_^T 0 0]mxE.
by rewrite expr2.
Qed.

Lemma trace_rows n (a : 'rV[R]_n) : (a *m a^T) 0 0 = \tr (a^T *m a).
Proof. by rewrite mxtrace_mulC /mxtrace big_ord1. Qed.

Lemma mean_rows f N J (u : 'I_J -> R) (w : 'I_J -> 'cV[R]_f) (e : 'I_J -> 'cV[R]_N) tau2 (A : 'M[R]_f) (B : 'M[R]_(N, f)) :
  \sum_j u j *: (w j *m (w j)^T) = 1%:M -> \sum_j u j *: (e j *m (e j)^T) = tau2%:M ->
  \sum_j u j *: (w j *m (e j)^T) = 0 ->
  \sum_j u j * (let a := (w j)^T *m A - (e j)^T *m B in (a *m a^T) 0 0) = \tr (A^T *m A) + tau2 * \tr (B^T *m B).
Proof.
move=> Hw He Hwe; have Hew : \sum_j u j *: (e j *m (w j)^T) = 0.
  rewrite -[RHS](trmx0 R f N) -Hwe linear_sum; apply: eq_bigr => j _.
  by rewrite linearZ /= trmx_mul trmxK.
have -> : \tr (A^T *m A) + tau2 * \tr (B^T *m B) =
  \tr (A^T *m (\sum_j u j *: (w j *m (w j)^T)) *m A - A^T *m (\sum_j u j *: (w j *m (e j)^T)) *m B
       - B^T *m (\sum_j u j *: (e j *m (w j)^T)) *m A + B^T *m (\sum_j u j *: (e j *m (e j)^T)) *m B).
  rewrite Hw He Hwe Hew !mulmx0 !mul0mx !subr0 mulmx1 linearD /= mul_mx_scalar -scalemxAl.
  by rewrite linearZ.
rewrite !mulmx_sumr !mulmx_suml -!sumrB -big_split linear_sum; apply: eq_bigr => j _ /=.
rewrite trace_rows -!scalemxAr -!scalemxAl -!scalerBr -scalerDr linearZ /=; congr (_ * \tr _).
rewrite [(_ - _)^T]linearB /= !trmx_mul !trmxK mulmxBl !mulmxBr opprB !mulmxA.
by rewrite addrA addrAC.
Qed.
End SecondMoments.

Section OneDraw.
Variables (R : comUnitRingType) (f : nat).

Lemma power_add (S : 'M[R]_f) k l : power S k *m power S l = power S (k + l).
Proof. by elim: k => [|k IHk]; [rewrite mul1mx | rewrite addSn /power /= -!/(power _ _) -mulmxA IHk]. Qed.

Lemma power_tr (S : 'M[R]_f) k : S^T = S -> (power S k)^T = power S k.
Proof.
move=> tS; have S1 : S = power S 1 by rewrite /power /= mulmx1.
elim: k => [|k IHk]; first exact: trmx1.
by rewrite -[k.+1]add1n -power_add -S1 trmx_mul tS IHk {2}S1 power_add addnC -power_add -S1.
Qed.

Variables (N L J M : nat) (X : 'M[R]_(f, N)) (u : 'I_J -> R) (w : 'I_J -> 'cV[R]_f)
  (e : 'I_J -> 'cV[R]_N) (v : 'I_M -> R) (z : 'I_M -> 'cV[R]_f) (mu2 tau2 kappa : R) (c : 'cV[R]_L).
Local Notation S := (X *m X^T).
Let P := \sum_k c k 0 *: power S k.
Let Q := \sum_k c k 0 *: power S k.+1.

Lemma tr_S : S^T = S. Proof. by rewrite trmx_mul trmxK. Qed.
Lemma tr_P : P^T = P.
Proof. by rewrite linear_sum; apply: eq_bigr => k _; rewrite linearZ; congr (_ *: _); exact: (power_tr _ tr_S). Qed.
Lemma tr_Q : Q^T = Q.
Proof. by rewrite linear_sum; apply: eq_bigr => k _; rewrite linearZ; congr (_ *: _); exact: (power_tr _ tr_S). Qed.
Lemma S_P : S *m P = Q.
Proof. by rewrite mulmx_sumr; apply: eq_bigr => k _; rewrite -scalemxAr. Qed.

Lemma trace_products (F G : nat -> nat) :
  \tr ((\sum_k c k 0 *: power S (F k)) *m (\sum_l c l 0 *: power S (G l))) =
  \sum_k \sum_l c k 0 * c l 0 * \tr (power S (F k + G l)).
Proof.
rewrite mulmx_suml linear_sum; apply: eq_bigr => k _ /=; rewrite mulmx_sumr linear_sum; apply: eq_bigr => l _ /=.
by rewrite -scalemxAl -scalemxAr power_add scalerA linearZ.
Qed.

Lemma one_draw : uncorrelated u w e v z mu2 tau2 ->
  \sum_j u j * (\sum_r v r *
    (let y := X^T *m w j + e j in
     (kappa *: ((w j)^T *m z r) - \sum_k c k 0 *: (y^T *m X^T *m power S k *m z r)) 0 0) ^+ 2)
  = mu2 * (kappa ^+ 2 * \tr (power S 0) - 2%:R * kappa * (\sum_k c k 0 * \tr (power S k.+1))
           + \sum_k \sum_l c k 0 * c l 0 * (\tr (power S (k + l).+2) + tau2 * \tr (power S (k + l).+1))).
Proof.
case=> Hw He Hwe Hz; pose A : 'M[R]_f := kappa%:M - Q; pose B := X^T *m P.
transitivity (mu2 * \sum_j u j * (let a := (w j)^T *m A - (e j)^T *m B in (a *m a^T) 0 0)).
  rewrite mulr_sumr; apply: eq_bigr => j _; rewrite mulrCA; congr (_ * _).
  set a := _ - _; transitivity (\sum_r v r * ((a *m z r) 0 0) ^+ 2); last first.
    by rewrite (mean_square _ Hz) mul_mx_scalar -scalemxAl entry_scale.
  apply: eq_bigr => r _; congr (_ * _ 0 0 ^+ 2).
  have -> : \sum_k c k 0 *: ((X^T *m w j + e j)^T *m X^T *m power S k *m z r)
      = (w j)^T *m Q *m z r + (e j)^T *m B *m z r.
    rewrite -mulmxDl -S_P /B !mulmxA -mulmxDl mulmx_sumr mulmx_suml; apply: eq_bigr => k _.
    by rewrite -scalemxAr -scalemxAl linearD /= trmx_mul trmxK !mulmxDl.
  rewrite /a /A mulmxBl mulmxBr mul_mx_scalar mulmxBl -scalemxAl.
  by rewrite opprD addrA.
rewrite (mean_rows _ _ Hw He Hwe); congr (_ * _).
have -> : \tr (A^T *m A) = kappa ^+ 2 * \tr (power S 0) - 2%:R * kappa * \tr Q + \tr (Q *m Q).
  have -> : A^T = A by rewrite [A^T]linearB /= tr_scalar_mx tr_Q.
  rewrite /A mulmxBl !mulmxBr !mul_scalar_mx mul_mx_scalar.
  rewrite !linearB /= !linearZ /= opprB addrA addrAC; congr (_ + _).
  by rewrite -addrA -opprD -mulr2n -mulrA mulr_natl mxtrace_scalar mxtrace1 !mulr_natr mulrnAr expr2.
have -> : \tr (B^T *m B) = \tr (P *m Q).
  by rewrite trmx_mul trmxK tr_P -S_P !mulmxA.
rewrite (trace_products succn succn) (trace_products id succn) linear_sum -addrA; congr (_ - _ * _ + _).
  by apply: eq_bigr => k _; rewrite /= linearZ.
rewrite mulr_sumr -big_split; apply: eq_bigr => k _; rewrite mulr_sumr -big_split; apply: eq_bigr => l _; cbv beta.
by rewrite [in RHS]mulrDr (mulrCA tau2) !addSn !addnS.
Qed.
End OneDraw.

Section Losses.
Variables (R : comUnitRingType) (L f N K J M : nat) (p : 'I_K -> R) (X : 'I_K -> 'M[R]_(f, N)).
Variables (u : 'I_J -> R) (w : 'I_J -> 'cV[R]_f) (e : 'I_J -> 'cV[R]_N) (v : 'I_M -> R) (z : 'I_M -> 'cV[R]_f).
Variables (mu2 tau2 : R).
Hypothesis un : uncorrelated u w e v z mu2 tau2.

(* kappa times the target, less the prediction *)
Definition scaled_error kappa (c : 'cV[R]_L) : R :=
  \sum_i p i * (\sum_j u j * (\sum_r v r *
    (let y := (X i)^T *m w j + e j in
     (kappa *: ((w j)^T *m z r) - \sum_k c k 0 *: (y^T *m (X i)^T *m power (X i *m (X i)^T) k *m z r)) 0 0) ^+ 2)).

Lemma scaled_error_risk kappa c : let m := trace_moment p X in
  scaled_error kappa c = mu2 * (kappa ^+ 2 * m 0%N - 2%:R * kappa * (\sum_k c k 0 * m k.+1)
    + \sum_k \sum_l c k 0 * c l 0 * (m (k + l).+2 + tau2 * m (k + l).+1)).
Proof.
move=> m; rewrite /scaled_error; under eq_bigr do rewrite (one_draw _ _ _ un) mulrCA.
rewrite -mulr_sumr; congr (_ * _); under eq_bigr do rewrite mulrDr mulrBr.
rewrite big_split sumrB /=; congr (_ - _ + _).
- by rewrite /m /trace_moment [RHS]mulr_sumr; apply: eq_bigr => i _; rewrite mulrCA.
- rewrite /m /trace_moment; under [in RHS]eq_bigr do rewrite mulr_sumr.
  rewrite [in RHS]exchange_big [RHS]mulr_sumr; apply: eq_bigr => i _ /=.
  by rewrite mulrCA mulr_sumr; congr (_ * _); apply: eq_bigr => k _; rewrite mulrCA.
have mean n n' : m n + tau2 * m n' =
    \sum_i p i * (\tr (power (X i *m (X i)^T) n) + tau2 * \tr (power (X i *m (X i)^T) n')).
  by rewrite /m /trace_moment mulr_sumr -big_split; apply: eq_bigr => i _ /=; rewrite mulrDr (mulrCA tau2).
under [RHS]eq_bigr do under eq_bigr do rewrite mean mulr_sumr.
under [RHS]eq_bigr do rewrite exchange_big.
rewrite [RHS]exchange_big; apply: eq_bigr => i _; rewrite mulr_sumr; apply: eq_bigr => k _; rewrite mulr_sumr.
by apply: eq_bigr => l _; rewrite mulrCA.
Qed.
End Losses.

Theorem OPTL_loss_holds : OPTL_loss.
Proof.
move=> R L f N K J M p X u w e v z mu2 tau2 c un; rewrite risk_sums.
move: (scaled_error_risk p X un 1 c); cbv zeta; rewrite expr1n mul1r mulr1 => <-.
apply: eq_bigr => i _; congr (_ * _); apply: eq_bigr => j _; congr (_ * _); apply: eq_bigr => r _.
by rewrite scale1r.
Qed.

Theorem OPTL_best_holds : OPTL_best.
Proof.
move=> R L f N K J M p X u w e v z mu2 tau2 c best un p0 u0 v0 H error Hb.
have E : error c = error best + mu2 * form H (c - best) (c - best).
  by rewrite /error !(OPTL_loss_holds _ _ _ un) -excess.
split=> //; rewrite E ler_addl form_sums.
move: (scaled_error_risk p X un 0 (c - best)); cbv zeta.
rewrite expr0n mul0r mulr0 mul0r subrr add0r => <-.
apply: sumr_ge0 => i _; apply: mulr_ge0 => //; apply: sumr_ge0 => j _; apply: mulr_ge0 => //.
by apply: sumr_ge0 => r _; apply: mulr_ge0 => //; apply: sqr_ge0.
Qed.

(* A polynomial of degree < L with L different zeros is 0. *)
Section Zeros.
Variables (R : realFieldType) (L : nat) (I : finType) (p lambda : I -> R) (s : 'I_L -> I).
Hypothesis different : injective (fun k => lambda (s k)).

Lemma enough_zeros (P : {poly R}) : (size P <= L)%N -> (forall k, P.[lambda (s k)] = 0) -> P = 0.
Proof.
move=> sP zP; apply: (@roots_geq_poly_eq0 _ _ [seq lambda (s k) | k <- enum 'I_L]).
- by apply/allP => _ /mapP[k _ ->]; apply/eqP/zP.
- by rewrite map_inj_uniq ?enum_uniq.
by rewrite size_map size_enum_ord.
Qed.

Definition poly_of (d : 'cV[R]_L) : {poly R} := \sum_k d k 0 *: 'X^k.

Lemma poly_of_value d a : (poly_of d).[a] = \sum_k d k 0 * a ^+ k.
Proof. by rewrite /poly_of horner_sum; apply: eq_bigr => k _; rewrite hornerZ hornerXn. Qed.

Lemma poly_of_size d : (size (poly_of d) <= L)%N.
Proof.
apply: leq_trans (size_sum _ _ _) _; apply/bigmax_leqP => k _.
by apply: leq_trans (size_scale_leq _ _) _; rewrite size_polyXn.
Qed.

Lemma poly_of_coef d (k : 'I_L) : (poly_of d)`_k = d k 0.
Proof.
rewrite coef_sum (bigD1 k) //= coefZ coefXn eqxx mulr1 big1 ?addr0 // => j jk.
by rewrite coefZ coefXn (inj_eq val_inj) eq_sym (negPf jk) mulr0.
Qed.
End Zeros.

Section Term.
Variable R : realFieldType.
Add Ring R_field_ring : (ring_laws [comRingType of R]).
Lemma term_identity (a b bk bl dk dl t : R) :
  dk * dl * (a * (b * (b * (bk * bl)))) + dk * dl * (t * (a * (b * (bk * bl)))) = a * b * (b + t) * (dk * bk * (dl * bl)).
Proof. by by_ring [comRingType of R]. Qed.
End Term.

Section Definite.
Variables (R : realFieldType) (L : nat) (I : finType) (p lambda : I -> R) (m : nat -> R) (tau2 : R) (s : 'I_L -> I).
Hypothesis moments : forall k, m k = \sum_i p i * lambda i ^+ k.
Local Notation H := (OPTL_H L m tau2).

Lemma form_of_eigenvalues d :
  form H d d = \sum_i p i * lambda i * (lambda i + tau2) * (\sum_k d k 0 * lambda i ^+ k) ^+ 2.
Proof.
rewrite form_sums; transitivity
    (\sum_k \sum_l \sum_i p i * lambda i * (lambda i + tau2) * (d k 0 * lambda i ^+ k * (d l 0 * lambda i ^+ l))).
  apply: eq_bigr => k _; apply: eq_bigr => l _.
  rewrite !moments mulrDr !mulr_sumr -big_split; apply: eq_bigr => i _ /=.
  by rewrite !exprS exprD; exact: term_identity.
under eq_bigr do rewrite exchange_big.
rewrite exchange_big; apply: eq_bigr => i _ /=; rewrite expr2 mulr_suml mulr_sumr; apply: eq_bigr => k _.
by rewrite mulr_sumr mulr_sumr.
Qed.

Hypothesis p0 : forall i, 0 <= p i.
Hypothesis l0 : forall i, 0 <= lambda i.
Hypothesis t0 : 0 <= tau2.
Hypothesis inj : injective (fun k => lambda (s k)).
Hypothesis pos : forall k, 0 < p (s k) /\ 0 < lambda (s k).

Lemma form_positive d : d != 0 -> 0 < form H d d.
Proof.
move=> d0; have ge0 i : 0 <= p i * lambda i * (lambda i + tau2) * (\sum_k d k 0 * lambda i ^+ k) ^+ 2.
  by rewrite mulr_ge0 ?sqr_ge0 // mulr_ge0 ?addr_ge0 // mulr_ge0.
rewrite lt_def form_of_eigenvalues sumr_ge0 // andbT; apply: contra d0 => /eqP/psumr_eq0P z.
have {z} zero i : p i * lambda i * (lambda i + tau2) * (\sum_k d k 0 * lambda i ^+ k) ^+ 2 = 0 by apply: z.
have P0 : poly_of d = 0.
  apply: (enough_zeros inj) => [|k]; first exact: poly_of_size.
  have [pk lk] := pos k; move/eqP: (zero (s k)); rewrite poly_of_value mulf_eq0 sqrf_eq0 !mulf_eq0.
  by rewrite (gt_eqF pk) (gt_eqF lk) gt_eqF ?ltr_paddr //= => /eqP.
by apply/eqP/matrixP => k j; rewrite ord1 mxE -poly_of_coef P0 coef0.
Qed.

Lemma form_invertible : H \in unitmx.
Proof.
rewrite -row_free_unit -kermx_eq0; apply: contraT => /rowV0Pn[v /sub_kermxP vH v0].
have : 0 < form H v^T v^T by apply: form_positive; apply: contraNneq v0 => /(congr1 trmx); rewrite trmxK trmx0 => ->.
by rewrite /form trmxK vH mul0mx mxE ltxx.
Qed.
End Definite.

Theorem OPTL_definite_holds : OPTL_definite.
Proof.
move=> R L I p lambda m tau2 s d moments p0 l0 t0 inj pos H; split.
- exact: form_of_eigenvalues.
- exact: (form_positive moments p0 l0 t0 inj pos).
exact: (form_invertible moments p0 l0 t0 inj pos).
Qed.

(* Trace moments by eigenvalues *)
Section Eigenvalues.
Variable R : comUnitRingType.

Lemma trace_power f (S U : 'M[R]_f) (l : 'rV[R]_f) k :
  U *m U^T = 1%:M -> S = U^T *m diag_mx l *m U -> \tr (power S k) = \sum_j l 0 j ^+ k.
Proof.
move=> UU E; have UtU := mulmx1C UU.
have -> : power S k = U^T *m diag_mx (\row_j l 0 j ^+ k) *m U.
  elim: k => [|k IHk].
    by rewrite (_ : diag_mx _ = 1%:M) ?mulmx1 //; apply/matrixP => i j; rewrite !mxE expr0.
  rewrite /power iterS -/(power S k) IHk E !mulmxA; congr (_ *m U).
  rewrite -[_ *m U *m U^T]mulmxA UU mulmx1 -[_ *m diag_mx l *m _]mulmxA mulmx_diag; congr (_ *m diag_mx _).
  by apply/rowP => j; rewrite !mxE exprS.
by rewrite mxtrace_mulC mulmxA UU mul1mx mxtrace_diag; apply: eq_bigr => j _; rewrite mxE.
Qed.
End Eigenvalues.

Theorem OPTL_eigenvalues_holds : OPTL_eigenvalues.
Proof.
move=> R f N K p X U lambda k UU E.
rewrite -(pair_bigA _ (fun i j => p i * lambda i 0 j ^+ k)) /=; apply: eq_bigr => i _.
by rewrite (trace_power _ (UU i) (E i)) mulr_sumr.
Qed.

(* The learning rates, without noise *)
Section Rates.
Variables (R : realFieldType) (L : nat) (I : finType) (p lambda : I -> R) (m : nat -> R) (s : 'I_L -> I).
Variable c : 'cV[R]_L.
Hypothesis moments : forall k, m k = \sum_i p i * lambda i ^+ k.
Hypothesis p0 : forall i, 0 <= p i.
Hypothesis l0 : forall i, 0 <= lambda i.
Hypothesis inj : injective (fun k => lambda (s k)).
Hypothesis pos : forall k, 0 < p (s k) /\ 0 < lambda (s k).
Hypothesis solves : OPTL_H L m 0 *m c = OPTL_b L m.
Let residual : {poly R} := 1 - \sum_k c k 0 *: 'X^k.+1.

Lemma residual_value a : residual.[a] = 1 - \sum_k c k 0 * a ^+ k.+1.
Proof.
rewrite /residual hornerD hornerN hornerC horner_sum; congr (_ - _).
by apply: eq_bigr => k _; rewrite hornerZ hornerXn.
Qed.

Lemma residual_size : (size residual <= L.+1)%N.
Proof.
apply: leq_trans (size_add _ _) _; rewrite geq_max size_poly1 /= size_opp.
apply: leq_trans (size_sum _ _ _) _; apply/bigmax_leqP => k _.
by apply: leq_trans (size_scale_leq _ _) _; rewrite size_polyXn ltnS.
Qed.

Lemma residual_neq0 : residual != 0.
Proof.
apply/eqP => /(congr1 (fun P : {poly R} => P.[0])); rewrite residual_value horner0 big1 ?subr0 => [/eqP|k _].
  by rewrite oner_eq0.
by rewrite exprS mul0r mulr0.
Qed.

Add Ring R_rates_ring : (ring_laws [comRingType of R]).
Lemma powers_apart (a b d e q : R) : q * d * (e * (d * a) * b) = e * (q * (d * (d * (b * a)))).
Proof. by by_ring [comRingType of R]. Qed.

Lemma orthogonal_power (l : 'I_L) : \sum_i p i * lambda i * (residual.[lambda i] * lambda i ^+ l) = 0.
Proof.
transitivity (m l.+1 - \sum_k c k 0 * m (l + k).+2).
  under [in RHS]eq_bigr do rewrite moments mulr_sumr.
  rewrite [in RHS]exchange_big moments -sumrB; apply: eq_bigr => i _ /=.
  rewrite residual_value mulrBl mul1r mulrBr; congr (_ - _); first by rewrite exprS mulrA.
  rewrite mulr_suml mulr_sumr; apply: eq_bigr => k _; rewrite !exprS exprD.
  exact: powers_apart.
move/matrixP: solves => /(_ l 0); rewrite !mxE => <-; apply/eqP; rewrite subr_eq0; apply/eqP.
by apply: eq_bigr => k _; rewrite mxE mul0r addr0 mulrC.
Qed.

Lemma orthogonal (S : {poly R}) : (size S <= L)%N -> \sum_i p i * lambda i * (residual.[lambda i] * S.[lambda i]) = 0.
Proof.
move=> sS; transitivity (\sum_(l < L) S`_l * \sum_i p i * lambda i * (residual.[lambda i] * lambda i ^+ l)).
  under [in RHS]eq_bigr do rewrite mulr_sumr.
  rewrite [in RHS]exchange_big; apply: eq_bigr => i _ /=; rewrite (horner_coef_wide _ sS) !mulr_sumr.
  by apply: eq_bigr => l _; rewrite !(mulrCA S`_l).
by rewrite big1 // => l _; rewrite orthogonal_power mulr0.
Qed.

(* If residual = S T, where T is not negative at the eigenvalues and S small, then S vanishes where T does not. *)
Lemma quotient_vanishes (S T : {poly R}) : (size S <= L)%N -> residual = S * T -> (forall i, 0 <= T.[lambda i]) ->
  forall k, T.[lambda (s k)] != 0 -> S.[lambda (s k)] = 0.
Proof.
move=> sS E T0 k Tk; have ge0 i : 0 <= p i * lambda i * (residual.[lambda i] * S.[lambda i]).
  rewrite E hornerM [S.[_] * _ * _]mulrAC -expr2; apply: mulr_ge0; apply: mulr_ge0 => //; exact: sqr_ge0.
have /psumr_eq0P z := orthogonal sS; move/eqP: (z (fun i _ => ge0 i) (s k) isT); have [pk lk] := pos k.
rewrite E hornerM !mulf_eq0 (gt_eqF pk) (gt_eqF lk) (negPf Tk) /= orbF orbb.
by move/eqP.
Qed.

Lemma residual_degree : size residual = L.+1.
Proof.
apply/eqP; rewrite eqn_leq residual_size /= ltnNge; apply/negP => small.
move/eqP: residual_neq0; apply; apply: (enough_zeros inj small) => k.
by apply: (quotient_vanishes small (esym (mulr1 _))) => [i|]; rewrite hornerC ?ler01 ?oner_neq0.
Qed.

Lemma zeros_are_positive x : residual.[x] = 0 -> 0 < x.
Proof.
move/eqP/factor_theorem => [S E]; rewrite ltNge; apply/negP => x0.
have S0 : S != 0 by apply: contraNneq residual_neq0 => S0; rewrite E S0 mul0r.
have sS : (size S <= L)%N by have := residual_size; rewrite E size_Mmonic ?monicXsubC // size_XsubC addn2.
have value i : ('X - x%:P).[lambda i] = lambda i - x by rewrite hornerXsubC.
move/eqP: S0; apply; apply: (enough_zeros inj sS) => k; apply: (quotient_vanishes sS E) => [i|].
  by rewrite value subr_ge0 (le_trans x0).
by have [_ lk] := pos k; rewrite value subr_eq0 gt_eqF // (le_lt_trans x0).
Qed.

Lemma no_square_factor x y (S : {poly R}) : residual != S * (('X - x%:P) ^+ 2 + (y ^+ 2)%:P).
Proof.
apply/eqP; set T := _ + _ => E.
have S0 : S != 0 by apply: contraNneq residual_neq0 => S0; rewrite E S0 mul0r.
have less : (size (y ^+ 2)%:P < size (('X - x%:P) ^+ 2))%N by rewrite size_exp_XsubC (leq_ltn_trans (size_polyC_leq1 _)).
have mT : T \is monic by rewrite monicE lead_coefDl // -monicE monic_exp ?monicXsubC.
have sT : size T = 3%N by rewrite size_addl // size_exp_XsubC.
have sS : (size S < L)%N by have := residual_size; rewrite E size_Mmonic // sT addn3.
have value i : T.[lambda i] = (lambda i - x) ^+ 2 + y ^+ 2.
  by rewrite hornerD hornerC horner_exp hornerXsubC.
have : S * ('X - x%:P) = 0.
  apply: (enough_zeros inj) => [|k]; first by rewrite size_Mmonic ?monicXsubC // size_XsubC addn2.
  rewrite hornerM hornerXsubC; have [/eqP z|nz] := eqVneq (lambda (s k) - x) 0; first by rewrite (eqP z) mulr0.
  rewrite (quotient_vanishes (ltnW sS) E) ?mul0r // => [i|]; first by rewrite value addr_ge0 ?sqr_ge0.
  by rewrite value gt_eqF // ltr_paddr ?sqr_ge0 // lt_def sqr_ge0 sqrf_eq0 nz.
by apply/eqP; rewrite mulf_neq0 // polyXsubC_eq0.
Qed.

Lemma residual_factors (r : 'I_L -> R) : injective r -> (forall l, residual.[r l] = 0) ->
  residual = \prod_l (1 - (r l)^-1 *: 'X).
Proof.
move=> r_inj zr; have r0 l : r l != 0 by rewrite gt_eqF // zeros_are_positive.
have at0 : residual.[0] = 1.
  by rewrite residual_value big1 ?subr0 // => k _; rewrite exprS mul0r mulr0.
have E : residual = lead_coef residual *: \prod_(a <- [seq r l | l <- enum 'I_L]) ('X - a%:P).
  apply: all_roots_prod_XsubC; first by rewrite residual_degree size_map size_enum_ord.
    by apply/allP => _ /mapP[l _ ->]; apply/eqP/zr.
  by rewrite uniq_rootsE map_inj_uniq ?enum_uniq.
move: (lead_coef _) E => a; rewrite big_map big_enum (eq_bigl xpredT) //= => E.
have one : a * \prod_l - r l = 1.
  rewrite -[RHS]at0 E hornerZ horner_prod; congr (_ * _).
  by apply: eq_bigr => l _; rewrite hornerXsubC sub0r.
have nz : \prod_l - r l != 0 by apply/prodf_neq0 => l _; rewrite oppr_eq0.
have factor l : 1 - (r l)^-1 *: 'X = (- r l)^-1 *: ('X - (r l)%:P).
  by rewrite invrN scalerBr !scaleNr opprK addrC -[_ *: _%:P]mul_polyC -polyCM mulVf.
under eq_bigr do rewrite factor.
by rewrite scaler_prod E prodfV; congr (_ *: _); apply: (mulIf nz); rewrite one mulVf.
Qed.
End Rates.

Theorem OPTL_residual_holds : OPTL_residual.
Proof.
move=> R L I p lambda m s c moments p0 l0 inj pos solves residual; split.
- exact: (orthogonal moments solves).
- exact: (residual_degree moments p0 l0 inj pos solves).
- exact: (zeros_are_positive moments p0 l0 inj pos solves).
exact: (no_square_factor moments p0 l0 inj pos solves).
Qed.

(* Over a real closed field there is a further zero as long as there are less than L. *)
Section RealZeros.
Variables (R : rcfType) (L : nat) (I : finType) (p lambda : I -> R) (m : nat -> R) (s : 'I_L -> I) (c : 'cV[R]_L).
Hypothesis moments : forall k, m k = \sum_i p i * lambda i ^+ k.
Hypothesis p0 : forall i, 0 <= p i.
Hypothesis l0 : forall i, 0 <= lambda i.
Hypothesis inj : injective (fun k => lambda (s k)).
Hypothesis pos : forall k, 0 < p (s k) /\ 0 < lambda (s k).
Hypothesis solves : OPTL_H L m 0 *m c = OPTL_b L m.
Let residual : {poly R} := 1 - \sum_k c k 0 *: 'X^k.+1.

(* A factor that is not negative at the eigenvalues is 0 at one of them, if the other factor is small. *)
Lemma zero_of_factor (Q S : {poly R}) : Q != 0 -> (size Q <= L)%N -> residual = Q * S ->
  (forall i, 0 <= S.[lambda i]) -> exists a, root S a.
Proof.
move=> Q0 sQ E S0; have [/existsP[k z]|/existsPn nz] := boolP [exists k, S.[lambda (s k)] == 0].
  by exists (lambda (s k)).
case/eqP: Q0; apply: (enough_zeros inj sQ) => k.
exact: (quotient_vanishes moments p0 l0 pos solves sQ E S0 (nz k)).
Qed.

Lemma further_zero (r : seq R) : uniq r -> all (root residual) r -> (size r < L)%N ->
  exists2 a, root residual a & a \notin r.
Proof.
move=> ur zr sr; have [S E] : exists S, residual = \prod_(a <- r) ('X - a%:P) * S.
  have /dvdpP[S ->] : \prod_(a <- r) ('X - a%:P) %| residual by rewrite uniq_roots_dvdp // uniq_rootsE.
  by exists S; rewrite mulrC.
set Q := \prod_(_ <- _) _ in E; have Q0 : Q != 0 by rewrite monic_neq0 // monic_prod_XsubC.
have sQ : (size Q <= L)%N by rewrite size_prod_XsubC.
have [a za] : exists a, root S a.
  have [/forallP ge0|/forallPn[i]] := boolP [forall i, 0 <= S.[lambda i]]; first exact: zero_of_factor E ge0.
  rewrite -ltNge => neg; have [/forallP le0|/forallPn[j]] := boolP [forall i, S.[lambda i] <= 0].
    have [|||i'|a za] := @zero_of_factor (- Q) (- S); rewrite ?oppr_eq0 ?size_opp ?mulrNN ?hornerN ?oppr_ge0 //.
    by exists a; rewrite -rootN.
  rewrite -ltNge => pos_j; have [ij|/ltW ji] := leP (lambda i) (lambda j).
    by have [|a _ za] := @poly_ivt _ S _ _ ij; [rewrite !ltW | exists a].
  have [|a _ za] := @poly_ivt _ (- S) _ _ ji; first by rewrite !hornerN oppr_le0 oppr_ge0 !ltW.
  by exists a; rewrite -rootN.
exists a; first by rewrite E rootM za orbT.
apply/negP => ar; have /factor_theorem[S' ES] := za.
have := no_square_factor moments p0 l0 inj pos solves a 0 (\prod_(b <- rem a r) ('X - b%:P) * S').
rewrite -/residual E /Q (big_rem a ar) /= ES expr0n /= addr0 expr2 => /eqP; apply.
by rewrite mulrACA [_ * S' in LHS]mulrC mulrACA [S' * _]mulrC.
Qed.

Lemma all_zeros : exists r : seq R, [/\ size r = L, uniq r & all (root residual) r].
Proof.
suff enough n : (n <= L)%N -> exists r : seq R, [/\ size r = n, uniq r & all (root residual) r] by exact: enough.
elim: n => [|n IHn] nL; first by exists [::].
have [r [sr ur zr]] := IHn (ltnW nL); have [|a za ar] := further_zero ur zr; first by rewrite sr.
by exists (a :: r); rewrite /= sr ar ur za zr.
Qed.
End RealZeros.

Theorem OPTL_zeros_holds : OPTL_zeros.
Proof.
move=> R L I p lambda m s c moments p0 l0 inj pos solves.
have [r [sr ur zr]] := all_zeros moments p0 l0 inj pos solves.
have zero l : (l < L)%N -> (1 - \sum_k c k 0 *: 'X^k.+1).[nth 0 r l] = 0.
  by move=> lL; apply/eqP; rewrite -[_ == 0]/(root _ _) (allP zr) // mem_nth ?sr.
exists (fun l => nth 0 r l); split=> [l l' /eqP E|l|].
- by apply/val_inj/eqP; rewrite nth_uniq ?sr in E.
- exact: (zeros_are_positive moments p0 l0 inj pos solves (zero l _)).
apply: (residual_factors moments p0 l0 inj pos solves) => [l l' /eqP E|l]; last exact: zero.
by apply/val_inj/eqP; rewrite nth_uniq ?sr in E.
Qed.
