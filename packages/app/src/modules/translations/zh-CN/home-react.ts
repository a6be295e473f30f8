/** The frame of a card on the home page, in Simplified Chinese. */
export default {
  'settingsModal.title': '设置',
  'settingsModal.closeButtonTitle': '关闭',
  'cardExtension.settingsButtonTitle': '设置',
};
