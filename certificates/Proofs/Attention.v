(* LSA: linear self-attention. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Certificates Require Import Constructions Statements Proofs.Gradients Proofs.Layers.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.Theory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Lemma number_product (R : comRingType) d m (v : 'cV[R]_d) (k u : 'cV[R]_m) :
  v *m k^T *m u = (u^T *m k) 0 0 *: v.
Proof.
rewrite -mulmxA [k^T *m u]mx11_scalar mul_mx_scalar; congr (_ *: _).
by rewrite -[u^T *m k]trmxK trmx_mul trmxK [RHS]mxE.
Qed.

Lemma attention_state_sum (R : comUnitRingType) f d m (WV : 'M[R]_(f, d)) (WK : 'M[R]_(f, m)) s t :
  attention_state WV WK s t = \sum_(1 <= i < t.+1) (WV^T *m s i) *m (WK^T *m s i)^T.
Proof.
elim: t => [|t IHt]; first by rewrite big_geq.
by rewrite big_nat_recr //= IHt.
Qed.

Theorem LSA_holds : LSA.
Proof.
move=> R f d m WV WK WQ s t; rewrite /attention_output attention_state_sum mulmx_suml.
by apply: eq_bigr => i _; rewrite number_product.
Qed.

Theorem LSA_rows_holds : LSA_rows.
Proof.
move=> R f d m WV WK WQ s n S.
have S_row p (W : 'M[R]_(f, p)) (i : 'I_n.+1) : row i (S *m W) = (W^T *m s i.+1)^T.
  by rewrite trmx_mul trmxK row_mul; congr (_ *m _); apply/matrixP => j k; rewrite !mxE (ord1 j).
rewrite -mulmxA row_mul S_row /attention_output attention_state_sum trmx_mul; congr (_ *m _).
rewrite linear_sum /= big_add1 big_mkord; apply/matrixP => i j; rewrite summxE mxE.
have entry p (W : 'M[R]_(f, p)) (k : 'I_n.+1) r : (S *m W) k r = (W^T *m s k.+1) r 0.
  by have /matrixP/(_ 0 r) := S_row _ W k; rewrite mxE [RHS]mxE.
apply: eq_bigr => k _; rewrite trmx_mul trmxK mxE big_ord1 [X in _ * X]mxE [X in _ = X * _]mxE.
by rewrite !entry.
Qed.

Theorem LSA_oswald_holds : LSA_oswald.
Proof.
move=> R f N x y eta W0 W1 s1 e query WQ WK WV.
have first u v : WQ *m col_mx u v = col_mx u 0 :> 'cV[R]_(f + f).
  by rewrite mul_block_col !mul0mx mul1mx !addr0.
have value i : WV *m e i = col_mx 0 (W0^T *m x i - y i).
  by rewrite mul_block_col !mul0mx mulNmx mul1mx add0r.
have term i : WV *m e i *m (WK *m e i)^T *m (WQ *m query)
    = col_mx 0 (((W0^T *m x i - y i) *m (x i)^T) *m x N.+1).
  rewrite value !first tr_col_mx trmx0 mul_col_row mul_block_col.
  by rewrite !mulmx0 !mul0mx !addr0.
rewrite mulmx_suml (eq_bigr _ (fun i _ => term i)).
have -> : \sum_(1 <= i < N.+1) col_mx 0 ((W0^T *m x i - y i) *m (x i)^T *m x N.+1)
   = col_mx 0 (\sum_(1 <= i < N.+1) (W0^T *m x i - y i) *m (x i)^T *m x N.+1) :> 'cV[R]_(f + f).
  elim/big_rec2: _ => [|i u v _ ->]; first by rewrite col_mx0.
  by rewrite add_col_mx addr0.
rewrite scale_col_mx scaler0 add_col_mx addr0; congr (col_mx _ _).
rewrite (step_gradient (loss_is_gradient N x y W0) s1) /gradient mulr0 scale0r addr0.
rewrite linearB scalerA linearZ /= mulmxBl opprB -scalemxAl addrC; congr (_ *: _ - _).
by rewrite linear_sum /= mulmx_suml; apply: eq_bigr => i _; rewrite trmx_mul trmxK.
Qed.

Theorem LSA_same_holds : LSA_same.
Proof.
move=> R f N x y eta c N0 e query WQ WK WV.
have first u v : WQ *m col_mx u v = col_mx u 0 :> 'cV[R]_(f + f).
  by rewrite mul_block_col !mul0mx mul1mx !addr0.
have value u v : WV *m col_mx u v = col_mx 0 (- v) :> 'cV[R]_(f + f).
  by rewrite mul_block_col !mul0mx mulNmx mul1mx !add0r.
have term i : WV *m e i *m (WK *m e i)^T *m (WQ *m query)
    = col_mx 0 (- ((y i *m (x i)^T) *m x N.+1)).
  rewrite value !first tr_col_mx trmx0 mul_col_row mul_block_col.
  by rewrite !mulmx0 !mul0mx !addr0 !mulNmx.
rewrite mulmxDl mulmx_suml (eq_bigr _ (fun i _ => term i)).
have -> : \sum_(1 <= i < N.+1) col_mx 0 (- (y i *m (x i)^T *m x N.+1))
   = col_mx 0 (- \sum_(1 <= i < N.+1) (y i *m (x i)^T *m x N.+1)) :> 'cV[R]_(f + f).
  elim/big_rec2: _ => [|i u v _ ->]; first by rewrite oppr0 col_mx0.
  by rewrite add_col_mx addr0 opprD.
rewrite value oppr0 col_mx0 mul0mx scaler0 mul0mx addr0 scale_col_mx scaler0 add_col_mx col_mxKd.
by rewrite add0r scalerN opprK P2_sum_holds.
Qed.

Lemma stacked_three (R : comUnitRingType) f (p : 'cV[R]_3) (x y : nat -> 'cV[R]_f) t :
  (stacked f p)^T *m stacked_window x y t = three (x t) (y t) (x t.+1) *m p.
Proof.
rewrite readout_sum !big_ord_recl big_ord0 !three_col /= addr0 addrA.
rewrite /stacked /stacked_window !tr_col_mx !tr_scalar_mx !mul_row_col !mul_scalar_mx.
by congr (p _ 0 *: _ + p _ 0 *: _ + p _ 0 *: _); apply/val_inj.
Qed.

Theorem LSA_windows_holds : LSA_windows.
Proof.
move=> R f r x y A B q t t0; rewrite last_state_stride2 // last_readout_stride2 // sum_decay1.
have term (h : 'I_r) : attention_output (stacked f (col h A)) (stacked f (col h B)) (stacked f q)
    (stacked_window x y) t = (\sum_(1 <= i < t.+1) three (x i) (y i) (x i.+1) *m col h A
      *m (three (x i) (y i) (x i.+1) *m col h B)^T) *m (three (x t) (y t) (x t.+1) *m q).
  rewrite /attention_output attention_state_sum stacked_three; congr (_ *m _).
  by apply: eq_bigr => i _; rewrite !stacked_three.
rewrite (eq_bigr _ (fun h _ => term h)) -mulmx_suml exchange_big; congr (_ *m _); apply: eq_bigr => i _ /=.
have -> : A *m B^T = \sum_(h < r) col h A *m (col h B)^T.
  apply/matrixP => a b; rewrite summxE mxE; apply: eq_bigr => h _.
  by rewrite !mxE big_ord1 !mxE.
rewrite /attention mulmx_sumr mulmx_suml; apply: eq_bigr => h _.
by rewrite trmx_mul !mulmxA.
Qed.

Section Impossible.
Variables (R : realFieldType) (f : nat).
Hypothesis f0 : (0 < f)%N.
Let e : 'cV[R]_f := const_mx 1.

Lemma outer_neq0 : e *m e^T != 0.
Proof.
apply/eqP => /matrixP/(_ (Ordinal f0) (Ordinal f0)); rewrite !mxE big_ord1 !mxE mulr1.
exact/eqP/oner_neq0.
Qed.

Lemma cubic m n (C : 'M[R]_(f, 3)) (WQ WK : 'M[R]_(3, m)) (WV : 'M[R]_(3, n)) c :
  (c *: C) *m WQ *m ((c *: C) *m WK)^T *m ((c *: C) *m WV)
  = (c * c * c) *: (C *m WQ *m (C *m WK)^T *m (C *m WV)).
Proof. by rewrite -!scalemxAl [(c *: _)^T]linearZ /= -!scalemxAr -!scalemxAl !scalerA mulrA. Qed.

Lemma quadratic (C : 'M[R]_(f, 3)) Q c : (c *: C) *m Q *m (c *: C)^T = (c * c) *: (C *m Q *m C^T).
Proof. by rewrite -!scalemxAl [(c *: _)^T]linearZ /= -!scalemxAr !scalerA. Qed.

Lemma LSA_not_rows_f m (WQ WK : 'M[R]_(3, m)) (WV : 'M[R]_(3, f)) :
  exists C : 'M[R]_(f, 3), C *m WQ *m (C *m WK)^T *m (C *m WV) != C *m P2_Q R *m C^T.
Proof.
pose C := three e e 0; case: (eqVneq (C *m WQ *m (C *m WK)^T *m (C *m WV)) (C *m P2_Q R *m C^T)) => [E|]; last by exists C.
exists (2%:R *: C); rewrite cubic quadratic E -subr_eq0 -scalerBl.
rewrite -/(attention (P2_Q R) e e 0) attention_P2 scaler_eq0 oppr_eq0 (negPf outer_neq0) orbF.
by rewrite -!natrM -natrB // pnatr_eq0.
Qed.

Lemma LSA_not_tokens_f (WV WK : 'M[R]_f) : exists (x y : nat -> 'cV[R]_f),
  WV^T *m x 1%N *m (WK^T *m x 1%N)^T + WV^T *m y 1%N *m (WK^T *m y 1%N)^T
  != window (tokens x y) 1 *m P2_Q R *m (window (tokens x y) 1)^T.
Proof.
have RHS x y : window (tokens x y) 1 *m P2_Q R *m (window (tokens x y) 1)^T = - (y 1%N *m (x 1%N)^T).
  by rewrite window_three -[LHS]/(attention _ _ _ _) attention_P2.
pose V (u v : 'cV[R]_f) := WV^T *m u *m (WK^T *m u)^T + WV^T *m v *m (WK^T *m v)^T.
case: (eqVneq (V e e) (- (e *m e^T))) => [E|]; last by exists (fun=> e), (fun=> e); rewrite RHS.
exists (fun=> e), (fun=> - e); rewrite RHS -/(V e (- e)).
have -> : V e (- e) = V e e by rewrite /V !mulmxN linearN /= mulNmx mulmxN opprK.
rewrite E mulNmx opprK -subr_eq0 -opprD oppr_eq0 -mulr2n -scaler_nat scaler_eq0.
by rewrite (negPf outer_neq0) orbF pnatr_eq0.
Qed.
End Impossible.

Theorem LSA_not_rows_holds : LSA_not_rows.
Proof. by move=> R f m f0 WQ WK WV; apply: LSA_not_rows_f. Qed.

Theorem LSA_not_tokens_holds : LSA_not_tokens.
Proof. by move=> R f f0 WV WK; apply: LSA_not_tokens_f. Qed.
