/* A PKCS#11 module with the face of the Belgian eID middleware, over SoftHSM.
 *
 * What it imitates: no CKF_LOGIN_REQUIRED, keys usable without C_Login, 8-byte CKA_ID, no CKA_ALWAYS_AUTHENTICATE, label
 * BELPIC on every token, and the outcome of the middleware's own PIN window, scripted by an environment variable:
 *   BEID_SHIM_BACKEND  path of libsofthsm2.so
 *   BEID_SHIM_PIN      the SoftHSM user PIN, which stands for the one typed into the middleware's window
 *   BEID_SHIM_READERS  "none": no reader, "empty": readers without card, else two readers with cards
 *   BEID_SHIM_OUTCOME  of C_Sign: see outcome() below
 * C_Login always fails: a caller that handles a PIN itself is a caller in error.
 */
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <p11-kit/pkcs11.h>

static CK_FUNCTION_LIST shown;
static CK_FUNCTION_LIST_PTR backend;

static int is(const char *variable, const char *value)
{
    const char *found = getenv(variable);
    return found != NULL && strcmp(found, value) == 0;
}

static void pad(CK_UTF8CHAR *field, size_t size, const char *text)
{
    memset(field, ' ', size);
    memcpy(field, text, strlen(text));
}

static CK_RV outcome(void)
{
    static const struct { const char *name; CK_RV value; } outcomes[] = {
        {"cancelled", CKR_FUNCTION_CANCELED},
        {"rejected", CKR_FUNCTION_REJECTED},
        {"wrong_pin", CKR_PIN_INCORRECT},
        {"short_pin", CKR_PIN_LEN_RANGE},
        {"invalid_pin", CKR_PIN_INVALID},
        {"blocked", CKR_PIN_LOCKED},
        {"removed", CKR_DEVICE_REMOVED},
        {"absent", CKR_TOKEN_NOT_PRESENT},
        {"session", CKR_SESSION_HANDLE_INVALID},
        {"closed", CKR_SESSION_CLOSED},
        {"unsupported", CKR_FUNCTION_NOT_SUPPORTED},
        {"failed", CKR_FUNCTION_FAILED},
        {"general", CKR_GENERAL_ERROR},
        {"device", CKR_DEVICE_ERROR},
    };
    for (size_t i = 0; i < sizeof outcomes / sizeof *outcomes; i++)
        if (is("BEID_SHIM_OUTCOME", outcomes[i].name))
            return outcomes[i].value;
    return CKR_OK;
}

static CK_RV initialize(void *arguments)
{
    CK_RV result = backend->C_Initialize(arguments);
    return result == CKR_CRYPTOKI_ALREADY_INITIALIZED ? CKR_OK : result;
}

/* SoftHSM always adds one empty slot of its own: only slots with a token are readers. */
static CK_RV get_slot_list(CK_BBOOL present, CK_SLOT_ID_PTR slots, CK_ULONG_PTR count)
{
    CK_SLOT_ID all[16];
    CK_ULONG total = 16, kept = 0;
    CK_TOKEN_INFO info;
    CK_RV result = backend->C_GetSlotList(CK_TRUE, all, &total);
    if (result != CKR_OK)
        return result;
    if (is("BEID_SHIM_READERS", "none") || (present && is("BEID_SHIM_READERS", "empty")))
        total = 0;
    for (CK_ULONG i = 0; i < total; i++)
        if (backend->C_GetTokenInfo(all[i], &info) == CKR_OK && (info.flags & CKF_TOKEN_INITIALIZED))
            all[kept++] = all[i];
    if (slots != NULL && *count < kept)
        return CKR_BUFFER_TOO_SMALL;
    if (slots != NULL)
        memcpy(slots, all, kept * sizeof *slots);
    *count = kept;
    return CKR_OK;
}

static CK_RV get_slot_info(CK_SLOT_ID slot, CK_SLOT_INFO_PTR info)
{
    CK_RV result = backend->C_GetSlotInfo(slot, info);
    if (result == CKR_OK) {
        pad(info->slotDescription, sizeof info->slotDescription, "Virtual card reader");
        if (is("BEID_SHIM_READERS", "empty"))
            info->flags &= ~(CK_FLAGS)CKF_TOKEN_PRESENT;
    }
    return result;
}

static CK_RV get_token_info(CK_SLOT_ID slot, CK_TOKEN_INFO_PTR info)
{
    if (is("BEID_SHIM_READERS", "empty"))
        return CKR_TOKEN_NOT_PRESENT;
    CK_RV result = backend->C_GetTokenInfo(slot, info);
    if (result == CKR_OK) {
        pad(info->label, sizeof info->label, "BELPIC");
        pad(info->manufacturerID, sizeof info->manufacturerID, "Belgium Government");
        pad(info->model, sizeof info->model, "Belgium eID");
        info->flags &= ~(CK_FLAGS)(CKF_LOGIN_REQUIRED | CKF_RNG);
    }
    return result;
}

static CK_RV open_session(CK_SLOT_ID slot, CK_FLAGS flags, void *application, CK_NOTIFY notify,
                          CK_SESSION_HANDLE_PTR session)
{
    const char *pin = getenv("BEID_SHIM_PIN");
    CK_RV result = backend->C_OpenSession(slot, flags, application, notify, session);
    if (result == CKR_OK) {
        result = backend->C_Login(*session, CKU_USER, (CK_UTF8CHAR_PTR)pin, strlen(pin));
        if (result == CKR_USER_ALREADY_LOGGED_IN)
            result = CKR_OK;
    }
    return result;
}

static CK_RV login(CK_SESSION_HANDLE session, CK_USER_TYPE user, CK_UTF8CHAR_PTR pin, CK_ULONG length)
{
    (void)session, (void)user, (void)pin, (void)length;
    return CKR_PIN_INCORRECT;
}

static CK_RV get_attribute_value(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_PTR template,
                                 CK_ULONG count)
{
    CK_RV result = backend->C_GetAttributeValue(session, object, template, count);
    for (CK_ULONG i = 0; i < count; i++) {
        if (template[i].type == CKA_ID && template[i].ulValueLen != (CK_ULONG)-1) {
            CK_ULONG identifier = 0;
            if (template[i].pValue != NULL) {
                identifier = *(CK_BYTE *)template[i].pValue;
                memcpy(template[i].pValue, &identifier, sizeof identifier);
            }
            template[i].ulValueLen = sizeof identifier;
        } else if (template[i].type == CKA_ALWAYS_AUTHENTICATE) {
            template[i].ulValueLen = (CK_ULONG)-1;
            result = CKR_ATTRIBUTE_TYPE_INVALID;
        }
    }
    return result;
}

static CK_RV sign(CK_SESSION_HANDLE session, CK_BYTE_PTR data, CK_ULONG length, CK_BYTE_PTR signature,
                  CK_ULONG_PTR signature_length)
{
    CK_RV result = outcome();
    if (result != CKR_OK)
        return result;
    result = backend->C_Sign(session, data, length, signature, signature_length);
    if (result == CKR_OK && signature != NULL && is("BEID_SHIM_OUTCOME", "swapped"))
        signature[*signature_length / 2] ^= 1;
    return result;
}

CK_RV C_GetFunctionList(CK_FUNCTION_LIST_PTR_PTR list)
{
    CK_C_GetFunctionList get;
    const char *path = getenv("BEID_SHIM_BACKEND");
    void *library = path == NULL ? NULL : dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (library == NULL)
        return CKR_GENERAL_ERROR;
    *(void **)&get = dlsym(library, "C_GetFunctionList");
    if (get == NULL || get(&backend) != CKR_OK)
        return CKR_GENERAL_ERROR;
    shown = *backend;
    shown.C_Initialize = initialize;
    shown.C_GetSlotList = get_slot_list;
    shown.C_GetSlotInfo = get_slot_info;
    shown.C_GetTokenInfo = get_token_info;
    shown.C_OpenSession = open_session;
    shown.C_Login = login;
    shown.C_GetAttributeValue = get_attribute_value;
    shown.C_Sign = sign;
    *list = &shown;
    return CKR_OK;
}
