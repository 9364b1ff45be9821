/**
 * What Sluice sends to providers and writes for clients, judged by the providers' own descriptions of their APIs and by
 * recorded requests of real clients.
 */
package dev.sluice.conformance;
