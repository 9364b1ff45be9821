/**
 * The framework of the admin endpoints. An {@link dev.sluice.admin.api.Endpoint} declares its method, path, role,
 * parameters and response; routing, validation, the OpenAPI document and the audit log follow from the declaration.
 *
 * <p>The endpoints themselves, with keys, budgets and providers, are in {@code admin}.
 */
package dev.sluice.admin.api;
