(* A batch in blocks: the sums of the blocks add up to the sum of the whole. *)

From mathcomp Require Import all_ssreflect all_algebra.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

Section Blocks.

(* A batch of $m$ examples in $k$ blocks: example $e$ is in the block `block e`. *)
Variables (R : comRingType) (p q m k : nat) (block : 'I_m -> 'I_k).

(* eq-sum-of-blocks: each example is in one block, so each gradient, of any shape, is added once. *)
Theorem sum_of_blocks (gradient : 'I_m -> 'M[R]_(p, q)) :
  \sum_e gradient e = \sum_r \sum_(e | block e == r) gradient e.
Proof. exact: partition_big. Qed.

(* eq-sum-of-blocks, eq-gradient-w-batch: the sums of the blocks add up to the product for the whole batch. *)
Theorem gradient_in_blocks (Delta : 'M[R]_(p, m)) (A : 'M[R]_(q, m)) :
  \sum_r \sum_(e | block e == r) col e Delta *m (col e A)^T = Delta *m A^T.
Proof.
rewrite -(sum_of_blocks (fun e => col e Delta *m (col e A)^T)).
apply/matrixP => i j; rewrite summxE mxE; apply: eq_bigr => e _.
by rewrite mxE big_ord1 !mxE.
Qed.

End Blocks.
