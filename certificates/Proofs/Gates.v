(* GATE: an output of degree 2 is not a prediction of degree 3. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Certificates Require Import Constructions Statements Proofs.RingTactic Proofs.Gradients Proofs.Layers.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.Theory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* Vectors that are polynomials of degree 1, or 2, in a number s. *)
Section Degrees.
Variable R : realFieldType.
Add Ring R_ring : (ring_laws [comRingType of R]).

Definition degree1 n (v : R -> 'cV[R]_n) : Prop := exists a b, forall s, v s = a + s *: b.
Definition degree2 n (v : R -> 'cV[R]_n) : Prop := exists a b c, forall s, v s = a + s *: b + (s * s) *: c.

Lemma degree12 n (v : R -> 'cV[R]_n) : degree1 v -> degree2 v.
Proof. by case=> a [b vE]; exists a, b, 0 => s; rewrite vE scaler0 addr0. Qed.

Lemma degree1_const n (u : 'cV[R]_n) : degree1 (fun=> u).
Proof. by exists u, 0 => s; rewrite scaler0 addr0. Qed.

Lemma degree1_add n (u v : R -> 'cV[R]_n) : degree1 u -> degree1 v -> degree1 (fun s => u s + v s).
Proof.
case=> a [b uE] [a' [b' vE]]; exists (a + a'), (b + b') => s.
by rewrite uE vE scalerDr addrACA.
Qed.

Lemma degree2_add n (u v : R -> 'cV[R]_n) : degree2 u -> degree2 v -> degree2 (fun s => u s + v s).
Proof.
case=> a [b [c uE]] [a' [b' [c' vE]]]; exists (a + a'), (b + b'), (c + c') => s.
by rewrite uE vE !scalerDr [LHS]addrACA; congr (_ + _); rewrite addrACA.
Qed.

Lemma degree1_mul m n (A : 'M[R]_(m, n)) v : degree1 v -> degree1 (fun s => A *m v s).
Proof. by case=> a [b vE]; exists (A *m a), (A *m b) => s; rewrite vE mulmxDr scalemxAr. Qed.

Lemma degree2_mul m n (A : 'M[R]_(m, n)) v : degree2 v -> degree2 (fun s => A *m v s).
Proof.
case=> a [b [c vE]]; exists (A *m a), (A *m b), (A *m c) => s.
by rewrite vE !mulmxDr !scalemxAr.
Qed.

Lemma degree1_sum n I (l : seq I) (v : I -> R -> 'cV[R]_n) :
  (forall i, degree1 (v i)) -> degree1 (fun s => \sum_(i <- l) v i s).
Proof.
move=> dv; elim: l => [|i l [a [b E]]]; first by exists 0, 0 => s; rewrite big_nil scaler0 addr0.
by have [a' [b' E']] := degree1_add (dv i) (ex_intro _ a (ex_intro _ b E)); exists a', b' => s; rewrite big_cons E'.
Qed.

Lemma degree2_sum n I (l : seq I) (v : I -> R -> 'cV[R]_n) :
  (forall i, degree2 (v i)) -> degree2 (fun s => \sum_(i <- l) v i s).
Proof.
move=> dv; elim: l => [|i l [a [b [c E]]]].
  by exists 0, 0, 0 => s; rewrite big_nil !scaler0 !addr0.
have [a' [b' [c' E']]] := degree2_add (dv i) (ex_intro _ a (ex_intro _ b (ex_intro _ c E))).
by exists a', b', c' => s; rewrite big_cons E'.
Qed.

Lemma degree2_product m n k (u : R -> 'cV[R]_m) (v : R -> 'cV[R]_n) (M : 'M[R]_(m, n)) (p : 'cV[R]_k) :
  degree1 u -> degree1 v -> degree2 (fun s => ((u s)^T *m M *m v s) 0 0 *: p).
Proof.
case=> a [b uE] [a' [b' vE]].
exists ((a^T *m M *m a') 0 0 *: p), ((a^T *m M *m b') 0 0 *: p + (b^T *m M *m a') 0 0 *: p),
  ((b^T *m M *m b') 0 0 *: p) => s.
have -> : (u s)^T *m M *m v s = a^T *m M *m a' + s *: (a^T *m M *m b')
    + (s *: (b^T *m M *m a') + (s * s) *: (b^T *m M *m b')).
  rewrite uE vE [(a + _)^T]linearD /= [(s *: _)^T]linearZ /= !mulmxDl !mulmxDr -!scalemxAl -!scalemxAr.
  by rewrite scalerA.
move: (a^T *m M *m a') (a^T *m M *m b') (b^T *m M *m a') (b^T *m M *m b') => x1 x2 x3 x4.
rewrite !mxE -!scalerDl !scalerA -!scalerDl; congr (_ *: _).
move: (x1 0 0) (x2 0 0) (x3 0 0) (x4 0 0) => y1 y2 y3 y4; by_ring [comRingType of R].
Qed.

Lemma not_cubic n (v : R -> 'cV[R]_n) u : degree2 v -> (forall s, v s = (s * s * s) *: u) -> u = 0.
Proof.
case=> a [b [c vE]] cubic; apply/matrixP => i j; rewrite ord1 [RHS]mxE.
have E s : a i 0 + s * b i 0 + s * s * c i 0 = s * s * s * u i 0.
  by have := vE s; rewrite cubic => /matrixP/(_ i 0); rewrite !mxE.
have six : (6%:R : R) != 0 by rewrite pnatr_eq0.
apply: (mulfI six); rewrite mulr0.
have -> : 6%:R * u i 0 = 3%:R * 3%:R * 3%:R * u i 0 - 3%:R * (2%:R * 2%:R * 2%:R * u i 0)
   + 3%:R * (1 * 1 * 1 * u i 0) - 0 * 0 * 0 * u i 0 by by_ring [comRingType of R].
rewrite -!E; move: (a i 0) (b i 0) (c i 0) => x y z; by_ring [comRingType of R].
Qed.
End Degrees.

Section Gate.
Variables (R : realFieldType) (f d m N : nat) (f0 : (0 < f)%N) (N0 : (0 < N)%N) (eta : R) (eta0 : eta != 0).
Let e : 'cV[R]_f := delta_mx (Ordinal f0) 0.
Let x (s : R) (i : nat) := s *: e.
Let y (s : R) (i : nat) : 'cV[R]_f := (1%:M)^T *m x s i.

Lemma read_degree E F g : degree1 (fun s => read_context N E F g (x s) (y s) : 'cV[R]_m).
Proof.
have dx i : degree1 (fun s => x s i) by exists 0, e => s; rewrite add0r.
have dy i : degree1 (fun s => y s i) by apply: degree1_mul.
apply: degree1_add (degree1_const _); apply: degree1_add; apply: degree1_sum => i; exact: degree1_mul.
Qed.

Lemma cubic_step (v : R -> 'cV[R]_f) : degree2 v ->
  ~ (forall s W1, step (loss (x s) (y s) N) eta 0 W1 -> v s = W1^T *m x s N.+1).
Proof.
move=> dv all; have : eta *: e = 0.
  apply: (not_cubic dv) => s.
  have [W1 s1] : exists W1, step (loss (x s) (y s) N) eta 0 W1 by eexists; apply/step0.
  rewrite (all s W1 s1) (step0_tr _ s1) (eq_bigr (fun=> (s * s * s) *: e)) => [|i _]; last first.
    rewrite /y trmx1 mul1mx /x [(_ *: _)^T]linearZ /= -!scalemxAl -!scalemxAr -!scalemxAl !scalerA.
    by rewrite /e trmx_delta !mul_delta_mx mulrA.
  rewrite sumr_const_nat subn1 /= -scaler_nat !scalerA; congr (_ *: _).
  by rewrite divfK ?pnatr_eq0 -?lt0n // mulrC.
move/matrixP/(_ (Ordinal f0) 0); rewrite !mxE !eqxx mulr1 => /eqP.
by rewrite (negPf eta0).
Qed.
End Gate.

Theorem GATE_holds : GATE.
Proof.
move=> R f d m K N T eta E F g A B b p M zeta C D c f0 N0 eta0 all.
pose e : 'cV[R]_f := delta_mx (Ordinal f0) 0.
pose w s t := read_context N (E t) (F t) (g t) (fun=> s *: e) (fun=> (1%:M)^T *m (s *: e)) : 'cV[R]_m.
have dw t : degree1 (w^~ t) by apply: read_degree.
have dz t : degree2 (fun s => input_gated A B b p M zeta (w s) t).
  elim: t => [|t IHt] /=; first exact/degree12/degree1_const.
  apply: degree2_add (degree12 (degree1_const _)); apply: degree2_add; last exact/degree12/degree1_mul.
  apply: degree2_add; first exact: degree2_mul.
  by apply: degree2_sum => k; apply: degree2_product.
have dv : degree2 (fun s => plain_output T C D c (input_gated A B b p M zeta (w s)) (w s)).
  apply: degree2_add (degree12 (degree1_const _)); apply: degree2_sum => t.
  by apply: degree2_add; [apply: degree2_mul | apply/degree12/degree1_mul].
by apply: (@cubic_step R f N f0 N0 eta eta0 _ dv) => s W1; apply: (all (fun=> s *: e) 1%:M W1).
Qed.

Theorem GATE_output_holds : GATE_output.
Proof.
move=> R f d m K N T eta E F g A B b zeta r S C D c f0 N0 eta0 all.
pose e : 'cV[R]_f := delta_mx (Ordinal f0) 0.
pose w s t := read_context N (E t) (F t) (g t) (fun=> s *: e) (fun=> (1%:M)^T *m (s *: e)) : 'cV[R]_m.
have dw t : degree1 (w^~ t) by apply: read_degree.
have dz t : degree1 (fun s => ungated A B b zeta (w s) t).
  elim: t => [|t IHt] /=; first exact: degree1_const.
  by apply: degree1_add (degree1_const _); apply: degree1_add; apply: degree1_mul.
have dv : degree2 (fun s => gated_output T r S C D c (ungated A B b zeta (w s)) (w s)).
  apply: degree2_add (degree12 (degree1_const _)); apply: degree2_sum => t.
  apply: degree2_add; last exact/degree12/degree1_mul.
  apply: degree2_add; last exact/degree12/degree1_mul.
  by apply: degree2_sum => k; apply: degree2_product.
by apply: (@cubic_step R f N f0 N0 eta eta0 _ dv) => s W1; apply: (all (fun=> s *: e) 1%:M W1).
Qed.
