/**
 * Keys, quotas, budgets and the ledger of one process, put together from {@code auth}, {@code quota} and {@code store}
 * and taken apart in the opposite order.
 */
package dev.sluice.tenancy;
