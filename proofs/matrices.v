(* The index form and the matrix form: of one example, a column, and of a batch, a matrix of columns. *)

From mathcomp Require Import all_ssreflect all_algebra.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(* The elementwise product of two matrices of one shape. *)
Definition hadamard (R : comRingType) m n (A B : 'M[R]_(m, n)) := \matrix_(i, j) (A i j * B i j).

Notation "A ⊙ B" := (hadamard A B) (at level 41, right associativity) : ring_scope.

Section OneLayer.

(* A layer of $q$ neurons, the layer after it with $p$ neurons, and a batch of $m$ examples. *)
Variables (R : comRingType) (p q m : nat).

(* eq-outer-product: a column times a row has one term in each entry. *)
Theorem outer_product (delta : 'cV[R]_p) (a : 'cV[R]_q) i j :
  (delta *m a^T) i j = delta i 0 * a j 0.
Proof. by rewrite mxE big_ord1 mxE. Qed.

(* eq-transpose-sum: a sum over the first index of the weights is a product with their transpose. *)
Theorem transpose_sum (W : 'M[R]_(p, q)) (delta : 'cV[R]_p) j :
  \sum_i W i j * delta i 0 = (W^T *m delta) j 0.
Proof. by rewrite mxE; apply: eq_bigr => i _; rewrite mxE. Qed.

(* eq-delta-batch: the recursion of a batch is the recursion of each of its columns. *)
Theorem delta_batch (W : 'M[R]_(p, q)) (Delta : 'M[R]_(q, m)) (Delta_next : 'M[R]_(p, m)) (slope : 'M[R]_(q, m)) :
  Delta = W^T *m Delta_next ⊙ slope <->
  forall e, col e Delta = W^T *m col e Delta_next ⊙ col e slope.
Proof.
split=> [-> e | columns]; apply/matrixP => j e'.
  by rewrite !mxE; congr (_ * _); apply: eq_bigr => i _; rewrite !mxE.
have /matrixP/(_ j 0) := columns e'; rewrite !mxE => ->.
by congr (_ * _); apply: eq_bigr => i _; rewrite !mxE.
Qed.

(* eq-gradient-w-batch: the sum over the examples is the sum inside one product; `c` stands for $1/m$. *)
Theorem gradient_w_batch (c : R) (Delta : 'M[R]_(p, m)) (A : 'M[R]_(q, m)) :
  c *: (\sum_e col e Delta *m (col e A)^T) = c *: (Delta *m A^T).
Proof.
congr (_ *: _); apply/matrixP => i j; rewrite summxE mxE; apply: eq_bigr => e _.
by rewrite outer_product !mxE.
Qed.

(* eq-gradient-b-batch: a sum of columns is a product with the column of ones. *)
Theorem gradient_b_batch (c : R) (Delta : 'M[R]_(p, m)) :
  c *: (\sum_e col e Delta) = c *: (Delta *m const_mx 1).
Proof.
congr (_ *: _); apply/matrixP => i j; rewrite summxE mxE; apply: eq_bigr => e _.
by rewrite !mxE mulr1.
Qed.

End OneLayer.

Section AllLayers.

(* All layers: layer $l$ has $n_l$ neurons, and layer $L$ is the output. *)
Variables (R : comRingType) (n : nat -> nat) (L m : nat).
Variable W : forall l, 'M[R]_(n l, n l.-1).
Variables slope Delta : forall l, 'M[R]_(n l, m).

(* eq-hadamard, eq-delta-batch: in a network of any depth, matrices obey the recursion if and only if their
   entries do; with $m = 1$ they are columns. *)
Theorem recursion_in_matrices :
  (forall l, (0 < l < L)%N -> Delta l = (W l.+1)^T *m Delta l.+1 ⊙ slope l) <->
  (forall l j e, (0 < l < L)%N ->
    Delta l j e = slope l j e * \sum_i W l.+1 i j * Delta l.+1 i e).
Proof.
split=> step l => [j e|] l_in.
  by rewrite step // !mxE mulrC; congr (_ * _); apply: eq_bigr => i _; rewrite !mxE.
apply/matrixP => j e; rewrite step // !mxE mulrC.
by congr (_ * _); apply: eq_bigr => i _; rewrite !mxE.
Qed.

End AllLayers.
