(* STRIDE and HEADS: what is possible with a window at every token. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Certificates Require Import Constructions Statements Proofs.RingTactic Proofs.Gradients Proofs.Layers.
From Certificates Require Import Proofs.EveryToken.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.Theory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Windows.
Variables (R : comUnitRingType) (f : nat) (x y : nat -> 'cV[R]_f).

(* The windows of both parities, and the states after 2n + 1 windows. *)
Lemma window_even t : window_number (tokens x y) 1 (2 * t) = three (x t.+1) (y t.+1) (x t.+2).
Proof. by rewrite -window_stride2 /window_number mul1n. Qed.

Lemma window_odd t : window_number (tokens x y) 1 (2 * t).+1 = three (y t.+1) (x t.+2) (y t.+2).
Proof.
rewrite /window_number mul1n add1n window_three.
rewrite -[(2 * t).+2]/((2 + 2 * t)%N) -mulnS token_y token_x; congr three.
by rewrite -[(2 * t.+1).+2]/((2 + 2 * t.+1)%N) -mulnS token_y.
Qed.

Lemma last_readout_stride1 q N : (0 < N)%N ->
  last_readout x y q 1 N = three (x N) (y N) (x N.+1) *m q.
Proof.
case: N => // N _; rewrite /last_readout windows_stride1 // mulnS.
by rewrite -[(2 + 2 * N).-2]/((2 * N)%N) window_even.
Qed.

Definition total_state (Q : 'M[R]_3) a n : 'M[R]_f := state (tokens x y) Q (const_mx a) 1 (2 * n).+1.

Lemma state_const s Q a n : state s Q (const_mx a) 1 n.+1 =
  a *: state s Q (const_mx a) 1 n + window_number s 1 n *m Q *m (window_number s 1 n)^T :> 'M[R]_f.
Proof. by rewrite /= entrywise_const. Qed.

Lemma total_state0 Q a : total_state Q a 0 = attention Q (x 1%N) (y 1%N) (x 2%N).
Proof.
rewrite /total_state /= entrywise_const scaler0 add0r -[0%N]/(2 * 0)%N window_even.
by [].
Qed.

Lemma total_stateS Q a n : total_state Q a n.+1 =
  a *: (a *: total_state Q a n + attention Q (y n.+1) (x n.+2) (y n.+2))
  + attention Q (x n.+2) (y n.+2) (x n.+3).
Proof.
rewrite {1}/total_state mulnS -[(2 + 2 * n).+1]/((2 * n).+3) 2!state_const -/(total_state Q a n) window_odd.
by rewrite -[(2 * n).+2]/((2 + 2 * n)%N) -mulnS window_even.
Qed.

Lemma last_state_total Q a N : last_state x y Q (const_mx a) 1 N.+1 = total_state Q a N.
Proof. by rewrite /last_state windows_stride1 // mulnS. Qed.
End Windows.

Lemma attention_half (R : comUnitRingType) f (u v w : 'cV[R]_f) :
  attention (STRIDE_half_Q R) u v w = - ((1 / 2%:R) *: (v *m u^T)).
Proof.
rewrite attention_entries !big_ord_recl !big_ord0 /=.
by rewrite !scale0r scaleNr !addr0 !add0r.
Qed.

Lemma halves (R : realFieldType) : 1 / 2%:R + 1 / 2%:R = 1 :> R.
Proof. by rewrite -mulrDl -[1 + 1]/(2%:R) divff // pnatr_eq0. Qed.

Theorem STRIDE_two_heads_holds : STRIDE_two_heads.
Proof.
move=> R f [//|N] x y eta W1 _ s1; rewrite (step0_tr _ s1) /head_output !last_state_total.
rewrite !last_readout_stride1 // readout_query -scalerDr -mulmxDl.
have -> : total_state x y (STRIDE_half_Q R) 1 N + total_state x y (STRIDE_half_Q R) (-1) N
          = - \sum_(1 <= i < N.+2) y i *m (x i)^T.
  elim: N {s1} => [|N IHN].
    rewrite !total_state0 attention_half -opprD -scalerDl halves.
    by rewrite scale1r big_ltn // big_geq // addr0.
  rewrite !total_stateS big_nat_recr //= [RHS]opprD -IHN !scale1r !scaleN1r opprD opprK.
  rewrite addrACA (addrACA (total_state _ _ _ 1 _)) subrr addr0 !attention_half -opprD -scalerDl.
  by rewrite halves scale1r.
rewrite mulNmx /P2_beta scaleNr scalerN opprK mulmx_suml.
by [].
Qed.

(* A gate that is open at every second window *)
Section Gate.
Variables (R : comUnitRingType) (f : nat) (x y : nat -> 'cV[R]_f).

Lemma gated_stateS (s : nat -> 'cV[R]_f) Q gates n : gated_state s Q gates 1 n.+1 =
  gated_state s Q gates 1 n
  + nth 0 gates (n %% size gates) *: (window_number s 1 n *m Q *m (window_number s 1 n)^T).
Proof. by []. Qed.

Lemma gated_sum N : gated_state (tokens x y) (P2_Q R) (STRIDE_gates R) 1 (2 * N).+1
  = - \sum_(1 <= i < N.+2) y i *m (x i)^T.
Proof.
have even n : nth 0 (STRIDE_gates R) (2 * n %% size (STRIDE_gates R)) = 1 by rewrite modnMr.
have odd1 n : nth 0 (STRIDE_gates R) ((2 * n).+1 %% size (STRIDE_gates R)) = 0.
  by rewrite -[size _]/2%N -addn1 mulnC modnMDl.
have open n : window_number (tokens x y) 1 (2 * n) *m P2_Q R *m (window_number (tokens x y) 1 (2 * n))^T
   = - (y n.+1 *m (x n.+1)^T).
  by rewrite window_even -/(attention _ _ _ _) attention_P2.
elim: N => [|N IHN].
  by rewrite -[1%N in LHS]/((2 * 0).+1) gated_stateS even open scale1r big_ltn // big_geq // addr0 add0r.
rewrite mulnS -[(2 + 2 * N).+1]/((2 * N).+3) 2!gated_stateS odd1 scale0r addr0 IHN.
rewrite -[(2 * N).+2]/((2 + 2 * N)%N) -mulnS even open scale1r.
by rewrite [in RHS]big_nat_recr // opprD.
Qed.
End Gate.

Theorem STRIDE_gate_holds : STRIDE_gate.
Proof.
move=> R f [//|N] x y eta W1 _ s1; rewrite (step0_tr _ s1) last_readout_stride1 // readout_query.
rewrite windows_stride1 // mulnS -[(2 + 2 * N).-1]/((2 * N).+1) gated_sum.
by rewrite mulNmx /P2_beta scaleNr scalerN opprK mulmx_suml.
Qed.

(* 2N - 2 heads. Q_h = (c_h - a_h r_h) e_2 e_1^T + r_h e_3 e_2^T. *)
Section Sufficient.
Variables (R : comUnitRingType) (f : nat) (x y : nat -> 'cV[R]_f).

Add Ring R_ring : (ring_laws R).

Definition two_entries (u v : R) : 'M[R]_3 := entries 3 3 [:: [:: 0; 0; 0]; [:: u; 0; 0]; [:: 0; v; 0]].

Lemma attention_two u v (p q w : 'cV[R]_f) :
  attention (two_entries u v) p q w = u *: (q *m p^T) + v *: (w *m q^T).
Proof.
rewrite attention_entries !big_ord_recl !big_ord0 /=.
by rewrite !scale0r !addr0 !add0r.
Qed.

(* One head after N + 1 samples: the product of sample i comes with u a^(2(N-i)) + v a^(2(N-i)+1), from i = 2 on,
   and the product of a target and the next input, x_(i+1) y_i^T, with u a^(2(N-i)-1) + v a^(2(N-i)). *)
Lemma head_two u v a N :
  total_state x y (two_entries u v) a N =
  (u * a ^+ (2 * N)) *: (y 1%N *m (x 1%N)^T)
  + \sum_(i < N) ((u + a * v) * a ^+ (2 * (N.-1 - i))) *: (y i.+2 *m (x i.+2)^T)
  + \sum_(i < N) ((u + a * v) * a ^+ (2 * (N.-1 - i)).+1) *: (x i.+2 *m (y i.+1)^T)
  + v *: (x N.+2 *m (y N.+1)^T).
Proof.
elim: N => [|N IHN]; first by rewrite total_state0 attention_two !big_ord0 !addr0 expr0 mulr1.
rewrite total_stateS !attention_two {}IHN !big_ord_recr /= !subnn !expr0 !mulr1 expr1.
have index (i : 'I_N) : (N - i = (N.-1 - i).+1)%N by case: N i => [[]|n i] //=; rewrite subSn // -ltnS.
set S1 := \sum_(i < N) _; set S2 := \sum_(i < N) _; set T1 := \sum_(i < N) _; set T2 := \sum_(i < N) _.
have -> : T1 = (a * a) *: S1.
  rewrite scaler_sumr; apply: eq_bigr => i _; rewrite scalerA; congr (_ *: _).
  rewrite index mulnS exprD expr2; move: (a ^+ (2 * _)) => b; by_ring R.
have -> : T2 = (a * a) *: S2.
  rewrite scaler_sumr; apply: eq_bigr => i _; rewrite scalerA; congr (_ *: _).
  rewrite index mulnS exprS exprD expr2 [in RHS]exprS; move: (a ^+ (2 * _)) => b; by_ring R.
rewrite [in RHS]mulnS exprD expr2.
apply/matrixP => i j; rewrite !mxE.
move: (S1 i j) (S2 i j) => s1 s2; rewrite !big_ord1 !mxE; move: (a ^+ (2 * N)) => b.
by_ring R.
Qed.
End Sufficient.

(* The Vandermonde matrix of distinct numbers is invertible. *)
Lemma interpolation (R : fieldType) H (a : 'I_H -> R) (t : nat -> R) : injective a ->
  exists p : 'I_H -> R, forall m, (m < H)%N -> \sum_h p h * a h ^+ m = t m.
Proof.
move=> inj; pose A : 'M[R]_H := \matrix_(m, h) a h ^+ m.
have unitA : A \in unitmx.
  rewrite -row_free_unit; apply: inj_row_free => v vA.
  have zero h : (rVpoly v).[a h] = 0.
    rewrite (horner_coef_wide _ (size_poly _ _)); move/matrixP/(_ 0 h): vA; rewrite mxE [RHS]mxE => E.
    by rewrite -[RHS]E; apply: eq_bigr => m _; rewrite coef_rVpoly_ord mxE.
  case: (eqVneq (rVpoly v) 0) => [v0|v0]; first by rewrite -[v]rVpolyK v0 linear0.
  have := max_poly_roots v0 (rs := [seq a h | h <- enum 'I_H]).
  rewrite map_inj_uniq ?enum_uniq // size_map size_enum_ord ltnNge size_poly /= => too_many.
  suff : false by []; apply: too_many => //; apply/allP => z /mapP[h _ ->].
  by apply/rootP; apply: zero.
pose p := invmx A *m (\col_m t m); exists (fun h => p h 0) => m mH.
have : A *m p = \col_m t m by rewrite mulmxA mulmxV // mul1mx.
move/matrixP/(_ (Ordinal mH) 0); rewrite !mxE /= => <-.
by apply: eq_bigr => h _; rewrite !mxE mulrC.
Qed.

Theorem HEADS_holds : HEADS.
Proof.
move=> R [//|n] a n0; rewrite ltnS in n0; move: a; rewrite mulnS addKn => a inj a0.
have [p pP] := interpolation (fun m => (~~ odd m)%:R) inj.
have H0 : (0 < 2 * n)%N by rewrite muln_gt0.
have H1 : (1 < 2 * n)%N by case: (n) n0 => // m _; rewrite mulnS.
pose h0 := Ordinal H0; pose h1 := Ordinal H1.
pose d := a h0 ^+ (2 * n).+1 - a h1 ^+ (2 * n).+1.
have d0 : d != 0 by rewrite subr_eq0 eqr_expn2 // (inj_eq inj).
pose nu := (\sum_h p h * a h ^+ (2 * n) - 1) / d.
pose v h := nu * ((h == h0)%:R - (h == h1)%:R); pose u h := p h - a h * v h.
have pick (F : 'I_(2 * n) -> R) : \sum_h F h * v h = nu * (F h0 - F h1).
  rewrite (bigD1 h0) // (bigD1 h1) //= big1 => [|h /andP[hh0 hh1]]; last first.
    by rewrite /v (negPf hh0) (negPf hh1) subrr !mulr0.
  by rewrite /v !eqxx /= subr0 sub0r mulr1 addr0 mulrN1 mulrN mulrBr (mulrC nu) (mulrC nu).
have v_sum : \sum_h v h = 0.
  have E := pick (fun=> 1); rewrite subrr mulr0 in E; rewrite -[RHS]E.
  by apply: eq_bigr => h _; rewrite mul1r.
have u_sum : \sum_h u h * a h ^+ (2 * n) = 1.
  have -> : \sum_h u h * a h ^+ (2 * n) = \sum_h p h * a h ^+ (2 * n) - \sum_h a h ^+ (2 * n).+1 * v h.
    rewrite -sumrB; apply: eq_bigr => h _; rewrite /u mulrBl exprS; congr (_ - _).
    by rewrite mulrAC.
  by rewrite pick -/d /nu divfK // opprB addrC subrK.
have p_sum m : (m < 2 * n)%N -> \sum_h (u h + a h * v h) * a h ^+ m = (~~ odd m)%:R.
  by move=> /pP <-; apply: eq_bigr => h _; rewrite /u subrK.
exists (fun h => two_entries (u h) (v h)), (fun=> P2_q R) => f x y eta W1 s1.
rewrite (step0_tr _ s1); congr (_ *: _).
have -> : heads_output x y (fun h => two_entries (u h) (v h)) (fun=> P2_q R) a 1 n.+1
   = (\sum_h total_state x y (two_entries (u h) (v h)) (a h) n) *m x n.+2.
  rewrite mulmx_suml; apply: eq_bigr => h _; rewrite /head_output scale1r last_state_total.
  by rewrite last_readout_stride1 // readout_query.
rewrite -mulmx_suml; congr (_ *m _); under eq_bigr do rewrite head_two.
rewrite !big_split /= -!scaler_suml u_sum v_sum scale0r addr0 scale1r.
rewrite big_ltn // big_add1 big_add1 big_mkord /=.
rewrite exchange_big [X in _ + _ + X]exchange_big /=.
have bound (i : 'I_n) : ((2 * (n.-1 - i)).+1 < 2 * n)%N.
  rewrite -[((2 * _).+2)%N]/((2 + 2 * (n.-1 - i))%N) -mulnS leq_mul2l /=.
  by rewrite -[X in (_ <= X)%N](prednK n0) ltnS leq_subr.
rewrite [X in _ + _ + X]big1 ?addr0 => [|i _]; last first.
  by rewrite -scaler_suml p_sum ?bound // /= mul2n odd_double scale0r.
congr (_ + _); apply: eq_bigr => i _.
by rewrite -scaler_suml p_sum ?(ltnW (bound i)) // mul2n odd_double scale1r.
Qed.
