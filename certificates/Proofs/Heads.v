(* STRIDE and HEADS: the equations of an exact layer, and that too few decays cannot satisfy them. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Coq Require Import Lia.
From Certificates Require Import Constructions Statements Proofs.RingTactic Proofs.Gradients Proofs.Layers Proofs.EveryToken.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.Theory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Exact.
Variable R : comUnitRingType.
Add Ring R_ring : (ring_laws R).
Variables (N : nat) (c : R).
Let M := (2 * N).-1.

(* Sample number k + 1 as tokens, with target omega times input. *)
Definition sample (omega : R) k : nat -> R := fun p => unit R (2 * k).+1 p + omega * unit R (2 * k).+2 p.
Definition data (v alpha s : R) k : nat -> R :=
  fun i => (v * unit R k.+2 i + s * unit R N.+1 i) + alpha * unit R k.+1 i.

Lemma line_unit omega k p :
  (if odd p then unit R k.+1 p./2.+1 else omega * unit R k.+1 p./2) = sample omega k p.
Proof.
have parity m n : (m.*2 == n.*2.+1) = false by apply/negbTE/eqP => /(congr1 odd); rewrite /= !odd_double.
have E := odd_double_half p; move: E; set m := p./2; rewrite /sample /unit mul2n; case: odd => <-.
  by rewrite add1n !eqSS (inj_eq double_inj) parity mulr0 addr0.
by rewrite add0n parity -doubleS (inj_eq double_inj) add0r.
Qed.

Lemma line_data v alpha s k omega :
  line (data v alpha s k) (fun i => omega * data v alpha s k i)
  =1 fun p => (v * sample omega k.+1 p + s * sample omega N p) + alpha * sample omega k p.
Proof. by move=> p; rewrite /line /data -!line_unit; case: odd; by_ring R. Qed.

Variables (H : nat) (Q : 'I_H -> 'M[R]_3) (q : 'I_H -> 'cV[R]_3) (a : 'I_H -> R).

Definition value h v alpha s k omega : R :=
  number (Q h) (a h) (line (data v alpha s k) (fun i => omega * data v alpha s k i)) M
  * read (q h) (line (data v alpha s k) (fun i => omega * data v alpha s k i)) M.

Lemma sample_far k r omega : (k + 2 <= r)%N ->
  forall m i j, (i < 3)%N -> (j < 3)%N -> sample omega r (m + i)%N * sample omega k (m + j)%N = 0.
Proof.
move=> kr m i j i3 j3; have far u w : (u + 3 <= w)%N -> unit R w (m + i)%N * unit R u (m + j)%N = 0.
  by move=> uw; rewrite mulrC (unit_far R uw).
have kr2 : (2 * k + 4 <= 2 * r)%N by rewrite -[4%N]/(2 * 2)%N -mulnDr leq_mul2l.
have apart u w : (u <= (2 * k).+2)%N -> ((2 * r).+1 <= w)%N -> (u + 3 <= w)%N.
  by move=> uk rw; apply/ssrnat.leP; move/ssrnat.leP: kr2; move/ssrnat.leP: uk; move/ssrnat.leP: rw; rewrite -!(plusE, multE); lia.
have zero u w : (u <= (2 * k).+2)%N -> (2 * r < w)%N -> unit R w (m + i) * unit R u (m + j) = 0.
  by move=> uk rw; apply: far; apply: apart.
have expand (u1 u2 w1 w2 : R) : (u1 + omega * u2) * (w1 + omega * w2)
  = u1 * w1 + omega * (u1 * w2) + omega * (u2 * w1) + omega * omega * (u2 * w2) by by_ring R.
by rewrite /sample expand !zero ?ltnS ?leqnSn ?leqnn // !(mulr0, addr0).
Qed.

Lemma read_sample h k omega : (k + 2 <= N)%N -> read (q h) (sample omega k) M = 0.
Proof.
move=> kN; rewrite /read big1 // => i _; rewrite /sample /unit.
have before p : (p <= (2 * k).+2)%N -> ((M + i)%N == p) = false.
  move=> pk; rewrite gtn_eqF //; apply/ssrnat.leP; move/ssrnat.leP: kN; move/ssrnat.leP: pk.
  by rewrite /M -!subn1 -!(plusE, multE, minusE); lia.
by rewrite !before // !mulr0 addr0 mulr0.
Qed.

Lemma read_query h omega : (0 < N)%N -> read (q h) (sample omega N) M = q h 2%:R 0.
Proof.
move=> N0; have E : M.+1 = (2 * N)%N by rewrite prednK // muln_gt0.
rewrite /read !big_ord_recl big_ord0 /= /bump /= !addn0 /sample /unit -E addn1 addn2 !eqSS.
have [F1 F2 F3] : [/\ (M == M.+1) = false, (M == M.+2) = false & (M == M.+3) = false].
  by split; rewrite ltn_eqF // ltnW // ltnW.
rewrite F1 F2 F3 eqxx !(mulr0, addr0, add0r) mulr1.
by congr (q h _ 0); apply: val_inj.
Qed.

Lemma head_value h v alpha s k omega : (k + 2 <= N)%N ->
  let U := sample omega k in let V := sample omega k.+1 in let S := sample omega N in
  let n W := number (Q h) (a h) W M in let b W W' := binumber (Q h) (a h) W W' M in
  value h v alpha s k omega =
  (v ^+ 2 * n V + s ^+ 2 * n S + v * s * b V S + alpha ^+ 2 * n U + alpha * v * b V U)
  * (v * read (q h) V M + s * q h 2%:R 0).
Proof.
move=> kN U V S n b; have N0 : (0 < N)%N by apply: leq_trans kN; rewrite addn2.
rewrite /value (number_ext _ _ _ (line_data v alpha s k omega)) (read_ext _ _ (line_data v alpha s k omega)).
rewrite number_add number_add2 binumber_add2 read_add read_add2 (read_sample h omega kN) (read_query h omega N0).
rewrite (binumber_far _ _ _ (sample_far omega kN)).
rewrite -/U -/V -/S -/(n V) -/(n S) -/(n U) -/(b V S) -/(b V U); by_ring R.
Qed.

Lemma binumber_samples h k omega :
  binumber (Q h) (a h) (sample omega k.+1) (sample omega k) M
    = binumber (Q h) (a h) (unit R (2 * k).+1) (unit R (2 * k).+3) M
      + omega * binumber (Q h) (a h) (unit R (2 * k).+2) (unit R (2 * k).+3) M
      + omega ^+ 2 * binumber (Q h) (a h) (unit R (2 * k).+2) (unit R (2 * k).+4) M.
Proof.
have far : binumber (Q h) (a h) (unit R (2 * k).+1) (unit R (2 * k).+4) M = 0.
  by apply: binumber_far => m i j i3 j3; rewrite (unit_far R) // addn3.
have part u : binumber (Q h) (a h) u (sample omega k) M
   = binumber (Q h) (a h) (unit R (2 * k).+1) u M + omega * binumber (Q h) (a h) (unit R (2 * k).+2) u M.
  by rewrite binumberC binumber_add.
rewrite binumber_add !part mulnS -[(2 + 2 * k).+1]/((2 * k).+3) -[(2 + 2 * k).+2]/((2 * k).+4) far.
by_ring R.
Qed.

(* An exact layer, along a line, with targets omega times the inputs. *)
Hypothesis exact : forall v alpha s k omega, (k + 2 <= N)%N ->
  \sum_h value h v alpha s k omega = c * (omega * (v ^+ 2 + alpha ^+ 2) * s).

(* The coefficient of a target and the input after it vanishes; that of an input and its own target is c. *)
Lemma next_input k : (k + 2 <= N)%N ->
  8%:R * (\sum_h binumber (Q h) (a h) (unit R (2 * k).+2) (unit R (2 * k).+3) M * q h 2%:R 0) = 0.
Proof.
move=> kN; pose E alpha s omega := \sum_h value h 1 alpha s k omega.
have -> : 8%:R * (\sum_h binumber (Q h) (a h) (unit R (2 * k).+2) (unit R (2 * k).+3) M * q h 2%:R 0)
   = E 1 1 1 - E (-1) 1 1 - E 1 (-1) 1 + E (-1) (-1) 1
     - (E 1 1 (-1) - E (-1) 1 (-1) - E 1 (-1) (-1) + E (-1) (-1) (-1)).
  rewrite /E mulr_sumr -!sumrN -!big_split -!sumrN -!big_split; apply: eq_bigr => h _ /=.
  rewrite !head_value //.
  rewrite !binumber_samples.
  move: (binumber _ _ (unit R (2 * k).+2) (unit R (2 * k).+3) M) => b.
  by_ring R.
by rewrite /E !exact //; by_ring R.
Qed.

Lemma own_target k : (k + 2 <= N)%N ->
  2%:R * (\sum_h binumber (Q h) (a h) (unit R (2 * k).+1) (unit R (2 * k).+2) M * q h 2%:R 0) = 2%:R * c.
Proof.
move=> kN; pose E alpha omega := \sum_h value h 0 alpha 1 k omega.
have -> : 2%:R * (\sum_h binumber (Q h) (a h) (unit R (2 * k).+1) (unit R (2 * k).+2) M * q h 2%:R 0)
   = E 1 1 - E 0 1 - (E 1 (-1) - E 0 (-1)).
  rewrite /E mulr_sumr -!sumrN -!big_split -!sumrN -!big_split; apply: eq_bigr => h _ /=.
  rewrite !head_value // !(number_add _ _ (unit R (2 * k).+1)).
  by_ring R.
by rewrite /E !exact //; by_ring R.
Qed.

End Exact.
