/** Multipart forms (RFC 7578) that arrive in any fragmentation: fields are found without buffering files. */
package dev.sluice.protocol.multipart;
