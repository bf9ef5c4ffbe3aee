(* Layers that are sums over tokens, and chunks of tokens. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Certificates Require Import Statements Updates Recurrences.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

Canonical mulmx_law (R : comRingType) m :=
  Monoid.Law (@mulmxA R m m m m) (@mul1mx R m m) (@mulmx1 R m m).

Section Affine.
Variables (R : comRingType) (d m : nat).

(* S_t = S_(t-1) A_t + B_t, from any start *)
Lemma chunk (A : nat -> 'M[R]_m) (B : nat -> 'M[R]_(d, m)) S0 t C :
  let S := states S0 (fun t S => S *m A t + B t) in
  S (t + C)%N = S t *m (\mprod_(t.+1 <= j < (t + C).+1) A j)
    + \sum_(1 <= i < C.+1) B (t + i)%N *m \mprod_((t + i).+1 <= j < (t + C).+1) A j.
Proof.
move=> S; elim: C => [|C IHC]; first by rewrite addn0 !big_geq // mulmx1 addr0.
have SE : S (t + C).+1 = S (t + C)%N *m A (t + C).+1 + B (t + C).+1 by [].
rewrite addnS SE IHC mulmxDl -mulmxA -addrA.
rewrite [in RHS](big_nat_recr (t + C).+1) ?ltnS ?leq_addr //=; congr (_ + _).
rewrite [in RHS](big_nat_recr C.+1) //= addnS [X in _ + _ *m X]big_geq // mulmx1; congr (_ + _).
rewrite mulmx_suml; apply: eq_big_nat => i /andP[_ iC].
by rewrite -mulmxA [in RHS](big_nat_recr (t + C).+1) // ltnS leq_add2l.
Qed.

Lemma unrolled (A : nat -> 'M[R]_m) (B : nat -> 'M[R]_(d, m)) t :
  states 0 (fun t S => S *m A t + B t) t = \sum_(1 <= i < t.+1) B i *m \mprod_(i.+1 <= j < t.+1) A j.
Proof. by have := chunk A B 0 0 t; rewrite /= mul0mx add0r. Qed.

Lemma mprod_scalar (a : nat -> R) i j : \mprod_(i <= l < j) (a l)%:M = (\prod_(i <= l < j) a l)%:M :> 'M_m.
Proof. by rewrite (big_morph _ (@scalar_mxM R m) (erefl _)). Qed.

Lemma scalar_states (a : nat -> R) (B : nat -> 'M[R]_(d, m)) S0 t :
  states S0 (fun t S => a t *: S + B t) t = states S0 (fun t S => S *m (a t)%:M + B t) t.
Proof. by elim: t => //= t ->; rewrite mul_mx_scalar. Qed.

(* S_t = a_t S_(t-1) + B_t, from any start *)
Lemma scalar_chunk (a : nat -> R) (B : nat -> 'M[R]_(d, m)) S0 t C :
  let S := states S0 (fun t S => a t *: S + B t) in
  S (t + C)%N = (\prod_(t.+1 <= j < (t + C).+1) a j) *: S t
    + \sum_(1 <= i < C.+1) (\prod_((t + i).+1 <= j < (t + C).+1) a j) *: B (t + i)%N.
Proof.
rewrite /= !scalar_states chunk mprod_scalar mul_mx_scalar; congr (_ + _).
by apply: eq_bigr => i _; rewrite mprod_scalar mul_mx_scalar.
Qed.

Lemma scalar_unrolled (a : nat -> R) (B : nat -> 'M[R]_(d, m)) t :
  states 0 (fun t S => a t *: S + B t) t = \sum_(1 <= i < t.+1) (\prod_(i.+1 <= j < t.+1) a j) *: B i.
Proof. by have := scalar_chunk a B 0 0 t; rewrite /= scaler0 add0r. Qed.

Lemma states_ext (T : Type) (start : T) update update' t :
  (forall t S, update t S = update' t S) -> states start update t = states start update' t.
Proof. by move=> same; elim: t => //= t ->. Qed.

Lemma mul_number n (A : 'M[R]_(n, 1)) (B : 'M[R]_1) : A *m B = number B *: A.
Proof. by rewrite {1}[B]mx11_scalar mul_mx_scalar. Qed.

(* (c v k^T) q = (c <k, q>) v *)
Lemma outer_query c (v : 'cV[R]_d) (k q : 'cV[R]_m) : c *: (v *m k^T) *m q = (c * number (k^T *m q)) *: v.
Proof. by rewrite -scalemxAl -mulmxA mul_number scalerA. Qed.

End Affine.

Theorem gla_chunk_holds : gla_chunk.
Proof. by move=> R d m k v D S0 S t C; apply: chunk. Qed.

Theorem gla_parallel_holds : gla_parallel.
Proof. by move=> R d m k q v D S t; rewrite /S unrolled mulmx_suml. Qed.

Theorem deltanet_chunk_holds : deltanet_chunk.
Proof. by move=> R d m k v beta S0 S t C; apply: chunk. Qed.

Theorem deltanet_unrolled_holds : deltanet_unrolled.
Proof. by move=> R d m k v beta S t; apply: unrolled. Qed.

Theorem gla_diagonal_holds : gla_diagonal.
Proof. by move=> R d m k q g v; apply: gla_parallel_holds. Qed.

Theorem gla_diagonal_chunk_holds : gla_diagonal_chunk.
Proof. by move=> R d m k g v S0; apply: gla_chunk_holds. Qed.

Theorem masked_step_holds : masked_step.
Proof.
move=> R d m k v S0 S t.
have -> : S t.+1 = masked_step_update (S t) (k t.+1) (v t.+1) by [].
by rewrite /masked_step_update !scale0r !mul0mx subr0 mulmx1 addr0 scale1r.
Qed.

Theorem rnn_unrolled_holds : rnn_unrolled.
Proof.
move=> R d m u A B x; elim=> [|t IHt]; first by rewrite big_geq.
have -> : x t.+1 = rnn_unrolled_update (x t) (u t.+1) A B by [].
rewrite /rnn_unrolled_update IHt [RHS]big_nat_recr //= subnn mul1mx mulmx_sumr; congr (_ + _).
by apply: eq_big_nat => i /andP[_ it]; rewrite subSn // !mulmxA.
Qed.

Theorem mamba2_chunk_holds : mamba2_chunk.
Proof.
move=> R d m k v a S0 S t C; rewrite /S scalar_chunk; congr (_ + _).
by apply: eq_bigr => i _; rewrite scalemxAl.
Qed.

Theorem mamba2_parallel_holds : mamba2_parallel.
Proof.
move=> R d m k q v a S t; rewrite /S scalar_unrolled mulmx_suml.
by apply: eq_bigr => i _; rewrite outer_query.
Qed.

Theorem retnet_chunk_holds : retnet_chunk.
Proof.
move=> R d m k v gamma S0 S t C; rewrite /S (scalar_chunk (fun=> gamma)) prodr_const_nat subSS addKn.
by congr (_ + _); apply: eq_bigr => i _; rewrite prodr_const_nat subSS subnDl scalemxAl.
Qed.

Theorem retnet_parallel_holds : retnet_parallel.
Proof.
move=> R d m k q v gamma S t; rewrite /S (scalar_unrolled (fun=> gamma)) mulmx_suml.
by apply: eq_bigr => i _; rewrite prodr_const_nat subSS outer_query.
Qed.

Theorem retnet_normaliser_chunk_holds : retnet_normaliser_chunk.
Proof.
move=> R m k gamma z0 z t C; rewrite /z (scalar_chunk (fun=> gamma)) prodr_const_nat subSS addKn.
by congr (_ + _); apply: eq_bigr => i _; rewrite prodr_const_nat subSS subnDl.
Qed.

Theorem momentum_holds : momentum.
Proof.
move=> R d g eta theta U t.
have -> : U t = states 0 (fun t U => eta *: U + - theta *: g t) t.
  by apply: states_ext => u V; rewrite scaleNr.
rewrite (scalar_unrolled (fun=> eta)) scaler_sumr; apply: eq_bigr => i _.
by rewrite prodr_const_nat subSS !scalerA mulrC.
Qed.

Lemma linear_attention_states (R : comRingType) d m (k : nat -> 'cV[R]_m) (v : nat -> 'cV[R]_d) S0 t :
  states S0 (fun t S => linear_attention_update S (k t) (v t)) t =
  states S0 (fun t S => 1 *: S + v t *m (k t)^T) t.
Proof. by apply: states_ext => u S; rewrite scale1r. Qed.

Theorem linear_attention_chunk_holds : linear_attention_chunk.
Proof.
move=> R d m k v S0 S t C; rewrite /S !linear_attention_states (scalar_chunk (fun=> 1)) prodr_const_nat expr1n scale1r.
by congr (_ + _); apply: eq_bigr => i _; rewrite prodr_const_nat expr1n scale1r.
Qed.

Lemma linear_attention_sum (R : comRingType) d m (k : nat -> 'cV[R]_m) (v : nat -> 'cV[R]_d) t :
  states 0 (fun t S => linear_attention_update S (k t) (v t)) t = \sum_(1 <= i < t.+1) v i *m (k i)^T.
Proof.
rewrite linear_attention_states (scalar_unrolled (fun=> 1)).
by apply: eq_bigr => i _; rewrite prodr_const_nat expr1n scale1r.
Qed.

Theorem linear_attention_parallel_holds : linear_attention_parallel.
Proof.
move=> R d m k q v S t; rewrite /S linear_attention_sum mulmx_suml.
by apply: eq_bigr => i _; rewrite -[_ *m _^T]scale1r outer_query mul1r.
Qed.

Section Titans.
Variables (R : comRingType) (d m : nat) (k : nat -> 'cV[R]_m) (v : nat -> 'cV[R]_d).
Variables (alpha eta theta : nat -> R).
Let MU := states (0, 0) (fun t MU => titans_update MU (k t) (v t) (alpha t) (eta t) (theta t)).

Lemma titans_memory t : (MU t).1 = states 0 (fun t M => (1 - alpha t) *: M + (MU t).2) t.
Proof. by elim: t => //= t <-. Qed.

Lemma titans_momentum t :
  (MU t).2 = states 0 (fun t U => eta t *: U + - theta t *: ((MU t.-1).1 *m k t - v t) *m (k t)^T) t.
Proof. by elim: t => //= t <-; rewrite scaleNr mulNmx. Qed.

End Titans.

Theorem titans_unrolled_holds : titans_unrolled.
Proof. by move=> R d m k v alpha eta theta MU t; rewrite /MU titans_memory scalar_unrolled. Qed.

Theorem titans_momentum_unrolled_holds : titans_momentum_unrolled.
Proof.
move=> R d m k v alpha eta theta MU t; rewrite /MU titans_momentum scalar_unrolled -sumrN.
by apply: eq_bigr => i _; rewrite -!scalemxAl scaleNr scalerN scalerA.
Qed.

Theorem titans_double_sum_holds : titans_double_sum.
Proof.
move=> R d m k v alpha eta theta MU t; rewrite /MU titans_unrolled_holds -/MU -sumrN.
apply: eq_bigr => i _; rewrite titans_momentum_unrolled_holds scalerN; congr (- (_ *: _)).
by apply: eq_bigr => j _; rewrite mulrC.
Qed.

Theorem titans_two_steps_back_holds : titans_two_steps_back.
Proof.
move=> R d m k q v alpha eta theta MU WN t.
suff [-> ->] : (MU t).1 = (WN t).1 /\ (MU t).2 = (WN t).1 - (1 - alpha t) *: (WN t).2 by [].
elim: t => [|t [IHM IHU]]; first by rewrite /= scaler0 subr0.
have -> : MU t.+1 = titans_update (MU t) (k t.+1) (v t.+1) (alpha t.+1) (eta t.+1) (theta t.+1) by [].
have -> : WN t.+1 = titans_two_steps_back_other_update (WN t) (k t.+1) (v t.+1) (alpha t.+1) (alpha t)
  (eta t.+1) (theta t.+1) by [].
rewrite /titans_update /titans_two_steps_back_other_update /= IHM IHU; split; first by rewrite addrA.
by rewrite -[_ *: (WN t).1 + _ - _]addrA [RHS]addrAC subrr add0r.
Qed.

Theorem wy_holds : wy.
Proof.
move=> R m k beta P wF; elim=> [|t IHt]; first by rewrite /= subr0.
have -> : P t.+1 = wy_update (P t) (k t.+1) (beta t.+1) by [].
have -> : (wF t.+1).2 = (wF t).2 + beta t.+1 *: (k t.+1 - (wF t).2 *m k t.+1) *m (k t.+1)^T by [].
rewrite /wy_update IHt.
rewrite mulmxBr mulmx1 opprD addrA; congr (_ - _).
by rewrite -!scalemxAl -scalemxAr mulmxA mulmxBl mul1mx.
Qed.

Theorem wy_product_holds : wy_product.
Proof.
move=> R m k beta wF t; rewrite -[LHS](subKr 1%:M) -wy_holds; congr (_ - _).
elim: t => [|t IHt]; first by rewrite big_geq.
by rewrite big_nat_recr //= -IHt.
Qed.

Theorem wy_sum_holds : wy_sum.
Proof.
move=> R m k beta wF; elim=> [|t IHt]; first by rewrite big_geq.
by rewrite big_nat_recr //= -IHt.
Qed.
