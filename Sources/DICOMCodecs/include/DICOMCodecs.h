// The library's one entry is opened by name; see CDICOM.h for what it does.
#pragma once
#include "../../CDICOM/include/CDICOM.h"

extern "C" cdicom_decoder dicom_codecs_decode;
