package dev.sluice.admin;

import dev.sluice.admin.api.AdminErrors;
import dev.sluice.admin.api.AdminRequest;
import dev.sluice.admin.api.AdminResponse;
import dev.sluice.admin.api.Endpoint;
import dev.sluice.admin.api.JsonShape;
import dev.sluice.admin.api.Page;
import dev.sluice.admin.api.QueryParameter;
import dev.sluice.admin.api.ResponseSpec;
import dev.sluice.auth.keys.KeyGenerator;
import dev.sluice.auth.keys.KeyRequest;
import dev.sluice.auth.keys.KeyService.CreatedKey;
import dev.sluice.config.AuthConfig.StaticKey;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Role;
import dev.sluice.store.StoredKey;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Endpoints of virtual keys. Keys of the config file are read-only here. */
final class KeyEndpoints {

    private final TenantSources tenants;

    private KeyEndpoints(TenantSources tenants) {
        this.tenants = tenants;
    }

    static List<Endpoint> of(TenantSources tenants) {
        KeyEndpoints endpoints = new KeyEndpoints(tenants);
        return List.of(
                Endpoint.get(
                                "/keys",
                                "List keys by id, without secrets; the first page begins with the keys of the config"
                                        + " file",
                                ResponseSpec.json(JsonShape.page("keys", KeyViews.KEY)),
                                endpoints::list)
                        .query(
                                new QueryParameter("team", "Only keys of this team"),
                                QueryParameter.CURSOR.formerly("after"),
                                QueryParameter.LIMIT),
                Endpoint.get(
                        "/keys/{id}",
                        "Show a key, without its secret",
                        ResponseSpec.json(KeyViews.KEY),
                        endpoints::show),
                Endpoint.change(
                                HttpMethod.POST,
                                "/keys",
                                Role.ADMIN,
                                "key.create",
                                "Create a key; its secret is in this response only",
                                ResponseSpec.created(KeyViews.KEY_WITH_TOKEN),
                                endpoints::create)
                        .body(KeyFields.CREATE),
                Endpoint.change(
                                HttpMethod.PATCH,
                                "/keys/{id}",
                                Role.ADMIN,
                                "key.change",
                                "Change the members in the body; null resets a member to its default",
                                ResponseSpec.json(KeyViews.KEY),
                                endpoints::change)
                        .body(KeyFields.CHANGE),
                Endpoint.change(
                                HttpMethod.POST,
                                "/keys/{id}/rotate",
                                Role.ADMIN,
                                "key.rotate",
                                "Give a key a new secret; the previous one stays valid for a grace period",
                                ResponseSpec.json(KeyViews.KEY_WITH_TOKEN),
                                endpoints::rotate)
                        .body(KeyFields.ROTATION),
                Endpoint.change(
                                HttpMethod.POST,
                                "/keys/{id}/revoke",
                                Role.ADMIN,
                                "key.revoke",
                                "Revoke a key permanently; effective in all instances within a second",
                                ResponseSpec.json(KeyViews.KEY),
                                endpoints::revoke)
                        .body(JsonShape.EMPTY));
    }

    private Future<AdminResponse> list(AdminRequest request) {
        String team = request.parameter("team").orElse(null);
        String after = request.cursor(KeyGenerator.ID);
        int limit = request.limit();
        JsonArray keys = new JsonArray();
        if (after == null) {
            keysOfFile().stream()
                    .filter(key -> team == null || team.equals(key.team()))
                    .forEach(key -> keys.add(KeyViews.ofFile(key)));
        }
        Instant now = Instant.now();
        Future<Page<StoredKey>> page = tenants.store() == null
                ? Future.succeededFuture(Page.empty())
                : tenants.store()
                        .keys()
                        .list(team, after, limit + 1)
                        .map(found -> Page.of(found, limit, StoredKey::id));
        return page.map(found -> found.response("keys", keys, key -> KeyViews.stored(key, now)));
    }

    private Future<AdminResponse> show(AdminRequest request) {
        Optional<StaticKey> ofFile = ofFile(id(request));
        return ofFile.isPresent()
                ? AdminResponse.json(KeyViews.ofFile(ofFile.get())).toFuture()
                : find(request).map(key -> AdminResponse.json(KeyViews.stored(key, Instant.now())));
    }

    private Future<AdminResponse> create(AdminRequest request) {
        KeyRequest keyRequest = KeyFields.toRequest(request.body());
        CreatedKey created = tenants.keyService().create(keyRequest, request.caller());
        return tenants.stored().keys().insert(created.key()).map(inserted -> {
            if (!inserted) {
                throw AdminErrors.conflict(
                        "id_taken", "id: is used by another key (expected: an unused id, or none for a random one)");
            }
            return withToken(201, created, created.key());
        });
    }

    private Future<AdminResponse> change(AdminRequest request) {
        return findChangeable(request).compose(key -> {
            // Changing a key requires the right to revoke it.
            tenants.keyService().revoke(key, request.caller());
            StoredKey changed = KeyFields.changed(key, request.body());
            tenants.keyService().checkChange(changed, request.caller());
            return tenants.stored()
                    .keys()
                    .update(changed)
                    .map(found -> AdminResponse.json(KeyViews.stored(changed, Instant.now())));
        });
    }

    private Future<AdminResponse> rotate(AdminRequest request) {
        Duration grace = request.body().duration("grace", Duration.ZERO);
        return findChangeable(request).compose(key -> {
            CreatedKey created = tenants.keyService().rotate(key, grace, request.caller());
            return tenants.stored()
                    .keys()
                    .rotate(key.id(), created.key().hash(), created.key().previousUntil())
                    .map(rotated -> {
                        if (!rotated) {
                            throw revoked(key.id());
                        }
                        return withToken(200, created, created.key());
                    });
        });
    }

    private Future<AdminResponse> revoke(AdminRequest request) {
        return findChangeable(request).compose(key -> {
            StoredKey revoked = tenants.keyService().revoke(key, request.caller());
            return tenants.stored()
                    .keys()
                    .revoke(key.id(), revoked.revokedAt())
                    .map(done -> AdminResponse.json(KeyViews.stored(revoked, Instant.now())));
        });
    }

    /** The only responses that contain a secret. */
    private static AdminResponse withToken(int status, CreatedKey created, StoredKey key) {
        return AdminResponse.json(
                        status,
                        KeyViews.stored(key, Instant.now())
                                .put("token", created.token().reveal()))
                .withTarget(key.id());
    }

    private Future<StoredKey> findChangeable(AdminRequest request) {
        if (ofFile(id(request)).isPresent()) {
            throw AdminErrors.conflict(
                    "key_in_config_file",
                    "Key " + id(request)
                            + " is defined in auth.keys of the config file and cannot be changed here. Edit the file;"
                            + " the edit applies within two seconds.");
        }
        return find(request);
    }

    private Future<StoredKey> find(AdminRequest request) {
        return tenants.stored().keys().find(id(request)).map(key -> {
            if (key == null) {
                throw AdminErrors.notFound("key_not_found", "No key has this id. GET /admin/v1/keys lists all keys.");
            }
            return key;
        });
    }

    private static GatewayException revoked(String id) {
        return AdminErrors.conflict(
                "key_revoked",
                "Key " + id + " is revoked and cannot be rotated (expected: a valid key; create a new one).");
    }

    private Optional<StaticKey> ofFile(String id) {
        return keysOfFile().stream().filter(key -> key.id().equals(id)).findFirst();
    }

    private List<StaticKey> keysOfFile() {
        return tenants.config().get().auth().keys();
    }

    private static String id(AdminRequest request) {
        return request.path().get("id");
    }
}
