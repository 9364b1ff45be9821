/**
 * Tenancy: wires keys, quotas, budgets and the ledger of one process from {@code auth}, {@code quota} and
 * {@code store}, and closes them.
 */
package dev.sluice.tenancy;
