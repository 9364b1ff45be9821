/**
 * Multipart forms (RFC 7578) in bytes that arrive in any fragmentation: fields are found between files of any size
 * without holding the files.
 */
package dev.sluice.protocol.multipart;
